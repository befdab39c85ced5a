#include "drivers/zvt/translate.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>

#include "protocol/zvt/codes.hpp"
#include "protocol/zvt/tags.hpp"
#include "protocol/zvt/tlv.hpp"

namespace drivers::zvt {
namespace {

namespace wire = protocol::zvt;
namespace tag = protocol::zvt::tag;
using wire::bmp;
using wire::find_value;
using bytes_view = std::span<const std::uint8_t>;

std::string hex(bytes_view bytes) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const auto byte : bytes) {
        out += digits[byte >> 4U];
        out += digits[byte & 0x0FU];
    }
    return out;
}

std::string ascii(bytes_view bytes) {
    auto text = wire::to_utf8(bytes, wire::charset::iso_8859_1);
    while (!text.empty() && text.back() == ' ') text.pop_back();
    return text;
}

std::string digits(std::optional<std::uint64_t> value, std::size_t width) {
    if (!value) return {};
    auto text = std::to_string(*value);
    if (text.size() < width) text.insert(0, width - text.size(), '0');
    return text;
}

/// Decimal value of packed digits; nullopt if a nibble is none.
std::optional<std::uint64_t> packed(bytes_view bytes) {
    if (bytes.empty() || bytes.size() > 8) return std::nullopt;
    std::uint64_t value = 0;
    for (const auto byte : bytes) {
        const unsigned high = byte >> 4U;
        const unsigned low = byte & 0x0FU;
        if (high > 9 || low > 9) return std::nullopt;
        value = value * 100U + std::uint64_t{high} * 10U + low;
    }
    return value;
}

std::optional<std::uint8_t> first_byte(std::optional<bytes_view> value) {
    if (!value || value->empty()) return std::nullopt;
    return value->front();
}

std::string entry_mode_text(std::optional<std::uint8_t> technology) {
    if (!technology) return {};
    switch (*technology) {
        case 0x00: return "magstripe";
        case 0x01: return "chip";
        case 0x02: return "contactless";
        default: return {};
    }
}

std::string verification_text(std::optional<std::uint8_t> method) {
    if (!method) return {};
    switch (*method) {
        case 0x00: return "none";
        case 0x01: return "signature";
        case 0x02: return "online_pin";
        case 0x03:
        case 0x04: return "offline_pin";
        case 0x05:
        case 0x06: return "offline_pin_and_signature";
        case 0x07: return "online_pin_and_signature";
        default: return {};
    }
}

card_details card_of(const wire::status_information& message) {
    card_details card;
    card.masked_pan = message.pan().view();
    std::ranges::replace(card.masked_pan, 'E', '*');
    card.type = message.card_type();
    if (card.type) card.brand = wire::card_type_name(*card.type);
    const auto name = message.card_name();
    if (card.brand.empty()) {
        card.brand = ascii({reinterpret_cast<const std::uint8_t*>(name.data()), name.size()});
    }
    const auto tlv = message.tlv();
    card.entry_mode =
        entry_mode_text(first_byte(find_value(tlv, {tag::payment_type, tag::card_technology})));
    card.cardholder_verification = verification_text(
        first_byte(find_value(tlv, {tag::payment_type, tag::cardholder_verification})));
    const auto in_application = [&](wire::tlv_tag wanted) {
        const auto inside = find_value(tlv, {tag::application, wanted});
        return inside ? inside : find_value(tlv, wanted);
    };
    if (const auto id = in_application(tag::application_id)) card.application_id = hex(*id);
    if (const auto label = in_application(tag::application_label)) {
        card.application_label = ascii(*label);
    }
    return card;
}

day_totals totals_of(const wire::status_information& message) {
    day_totals totals;
    totals.amount = message.amount();
    const auto value = message.block.value(bmp::single_totals);
    if (!value) return totals;
    const auto single = wire::single_totals::decode(*value);
    if (single.has_error()) return totals;
    totals.first = single->first;
    totals.last = single->last;
    for (std::size_t i = 0; i < single->brands.size(); ++i) {
        totals.brands.push_back({std::string{wire::single_totals::brand_names[i]},
                                 single->brands[i].count, single->brands[i].amount});
    }
    return totals;
}

bytes_view tlv_of(const wire::completion& message) {
    return message.block ? message.block->tlv() : bytes_view{};
}

}  // namespace

std::string text_reader::operator()(bytes_view bytes) const {
    return wire::to_utf8(bytes, agreed ? *agreed : wire::guess_charset(bytes));
}

std::string code_text(std::uint8_t code) {
    constexpr std::uint8_t last_host_code = 0x63;
    const auto named = wire::result_code_text(code);
    if (code != 0 && code <= last_host_code) {
        auto text = "host code " + std::to_string(code);
        if (!named.empty()) text += ": " + std::string{named};
        return text;
    }
    if (!named.empty()) return std::string{named};
    return "code " + hex({&code, 1});
}

std::string vendor_text(bytes_view tlv) {
    if (const auto text = find_value(tlv, tag::vendor_error_text); text && !text->empty()) {
        return wire::to_utf8(*text, wire::charset::cp437);
    }
    if (const auto code = find_value(tlv, tag::vendor_error_code); code && !code->empty()) {
        return "vendor code " + hex(*code);
    }
    return {};
}

transaction_result translate(const wire::status_information& message, const text_reader& read,
                             bool totals) {
    transaction_result out;
    out.result_code = message.result_code();
    out.result_text = vendor_text(message.tlv());
    if (out.result_text.empty() && out.result_code) out.result_text = code_text(*out.result_code);
    out.amount = message.amount();
    out.currency = message.block.currency_number();
    out.receipt = message.receipt();
    out.trace = message.trace();
    out.original_trace = message.original_trace();
    out.turnover = message.turnover();
    out.authorisation_code = message.authorisation_attribute();
    if (const auto number = message.block.value(bmp::contract_number)) {
        out.contract_number = ascii(*number);
    }
    if (const auto id = message.terminal_id()) out.terminal = terminal_number{*id};
    out.terminal_date = digits(message.block.bcd(bmp::date), 4);
    out.terminal_time = digits(message.block.bcd(bmp::time), 6);
    if (const auto text = message.block.value(bmp::additional_data)) {
        out.additional_text = read(*text);
    }
    out.card = card_of(message);
    if (totals || message.block.has(bmp::single_totals)) out.totals = totals_of(message);
    if (const auto number = synchronisation_number(message)) {
        out.synchronised = true;
        if (!out.receipt) out.receipt = number->receipt;
    }
    return out;
}

std::optional<agreed_number> synchronisation_number(const wire::status_information& message) {
    const auto told = find_value(message.tlv(), tag::unique_transaction_id);
    if (!told || told->empty() || told->size() > 8) return std::nullopt;
    // The specification calls it binary and shows a BCD number; 87 beside it settles which.
    agreed_number out{.receipt = {}, .bytes = {told->begin(), told->end()}};
    if (const auto receipt = message.receipt()) {
        out.receipt = *receipt;
        return out;
    }
    const auto number = packed(*told);
    if (!number || *number > 9999) return std::nullopt;
    out.receipt = receipt_number{static_cast<std::uint16_t>(*number)};
    return out;
}

display_line translate(const wire::intermediate_status& message, const text_reader& read) {
    display_line out;
    out.code = message.code;
    message.for_each_line([&](bytes_view text) { out.lines.push_back(read(text)); });
    if (!out.lines.empty()) return out;
    const auto text = wire::intermediate_status_text(message.code);
    out.lines.push_back(text.empty() ? "status " + hex({&message.code, 1}) : std::string{text});
    return out;
}

terminal_status translate_status(const wire::completion& message) {
    terminal_status out;
    out.code = message.status.value_or(wire::code::ok);
    out.idle = out.code == wire::code::ok || out.code == wire::code::card_inserted;
    const auto text = wire::terminal_status_text(out.code);
    out.text = text.empty() ? code_text(out.code) : std::string{text};
    out.software_version = ascii(message.software_version);
    if (out.software_version.empty()) {
        const auto version = find_value(tlv_of(message), {tag::device, tag::software_version});
        if (version) out.software_version = ascii(*version);
    }
    return out;
}

bool says_rebooted(const wire::completion& message) {
    return first_byte(find_value(tlv_of(message), tag::rebooted)) == 0x01;
}

registered translate_registration(const wire::completion& message) {
    constexpr std::uint8_t initialisation_needed = 0x01;
    constexpr std::uint8_t diagnosis_needed = 0x02;
    registered out;
    const auto status = message.status.value_or(0);
    out.needs_initialisation = (status & initialisation_needed) != 0;
    out.needs_diagnosis = (status & diagnosis_needed) != 0;
    if (!message.block) return out;
    if (const auto id = message.block->bcd(bmp::terminal_id)) {
        out.terminal = terminal_number{static_cast<std::uint32_t>(*id)};
    }
    return out;
}

std::optional<wire::charset> agreed_charset(const wire::completion& message) {
    const auto tlv = tlv_of(message);
    const auto inside = first_byte(find_value(tlv, {tag::charsets, tag::charset}));
    const auto told = inside ? inside : first_byte(find_value(tlv, tag::charset));
    return told ? wire::charset_from_tag(*told) : std::nullopt;
}

std::optional<reservations_listed> translate_reservations(const wire::abort_indication& message) {
    constexpr std::uint8_t reservation_answer = 0xB8;
    reservations_listed out;
    const auto listed = message.for_each_open_reservation([&](receipt_number receipt) {
        if (std::ranges::find(out.open, receipt) == out.open.end()) out.open.push_back(receipt);
    });
    if (message.result_code != reservation_answer && listed == 0) return std::nullopt;
    return out;
}

}  // namespace drivers::zvt
