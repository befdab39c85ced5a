#include "sim/message.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "protocol/invariant.hpp"
#include "protocol/zvt/codes.hpp"
#include "protocol/zvt/messages/status_information.hpp"
#include "protocol/zvt/tags.hpp"

namespace sim {
namespace {

namespace zvt = protocol::zvt;
namespace tag = protocol::zvt::tag;
using zvt::bmp;

constexpr std::size_t largest_apdu = 65535 + 5;

/// Runs `fields` on a writer and keeps the data that it wrote.
template <class Fields>
message compose(command code, Fields&& fields) {
    std::array<std::uint8_t, 512> buffer;
    zvt::apdu_writer out{buffer, code};
    fields(out);
    const auto whole = out.finish();
    BRIDGE_INVARIANT(whole.has_value());
    const auto data = zvt::split_apdu(*whole)->apdu.data;
    return {code, bytes(data.begin(), data.end()), std::nullopt, false};
}

struct calendar {
    unsigned year, month, day, hour, minute, second;
};

calendar calendar_of(wall_time when) {
    const auto day = std::chrono::floor<std::chrono::days>(when);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{when - day};
    return {static_cast<unsigned>(static_cast<int>(date.year())),
            static_cast<unsigned>(date.month()),
            static_cast<unsigned>(date.day()),
            static_cast<unsigned>(time.hours().count()),
            static_cast<unsigned>(time.minutes().count()),
            static_cast<unsigned>(time.seconds().count())};
}

void put_time(zvt::apdu_writer& out, wall_time when) {
    const auto at = calendar_of(when);
    out.bcd(bmp::time, at.hour * 10000 + at.minute * 100 + at.second);
    out.bcd(bmp::date, at.month * 100 + at.day);
}

/// ASCII in a field of fixed size, filled up with `filler`.
template <std::size_t Size>
std::array<std::uint8_t, Size> filled(std::string_view text, char filler) {
    std::array<std::uint8_t, Size> field;
    field.fill(static_cast<std::uint8_t>(filler));
    std::copy_n(text.begin(), std::min(text.size(), Size), field.begin());
    return field;
}

/// BMP 19 of a result: how it was decided.
std::uint8_t decision_of(const transaction& one) {
    if (!one.online) return 0x40;
    const bool by_pin =
        one.verified == verification::online_pin || one.verified == verification::offline_pin;
    return by_pin ? 0x70 : 0x60;
}

bytes from_hex(std::string_view hex) {
    bytes out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        std::uint8_t value{};
        std::from_chars(hex.data() + i, hex.data() + i + 2, value, 16);
        out.push_back(value);
    }
    return out;
}

bool shows_card(const transaction& one) {
    return one.holder() != nullptr && one.kind != booking_kind::capture;
}

void put_transaction(zvt::apdu_writer& out, const transaction& one,
                     const messages::status_details& details) {
    const auto* holder = shows_card(one) ? one.holder() : nullptr;
    out.byte(bmp::result_code, one.result_code);
    out.amount(one.amount);
    out.trace(protocol::trace_number{one.trace});
    if (one.kind == booking_kind::reversal && one.original_trace)
        out.bcd(bmp::original_trace_number, *one.original_trace);
    put_time(out, one.when);
    if (holder != nullptr) {
        out.bcd(bmp::expiry, holder->expiry);
        out.bcd(bmp::card_sequence_number, holder->sequence);
    }
    if (one.result_code == 0) out.byte(bmp::payment_type, decision_of(one));
    if (holder != nullptr) out.value(bmp::pan, holder->masked_pan_bcd());
    out.bcd(bmp::terminal_id, details.terminal_id);
    if (!one.authorisation_code.empty()) {
        out.value(bmp::authorisation_attribute, filled<8>(one.authorisation_code, '\0'));
    }
    if (details.with_currency) out.currency(one.currency);
    if (one.receipt != 0) out.receipt(protocol::receipt_number{one.receipt});
    if (const auto* card = one.holder()) out.byte(bmp::card_type, card->zvt_type);
    if (one.result_code != 0) return;
    out.value(bmp::contract_number, filled<15>(details.contract_number, ' '));
    if (one.turnover != 0) out.bcd(bmp::turnover_number, one.turnover);
    if (const auto* card = one.holder()) {
        auto name = bytes(card->product.begin(), card->product.end());
        name.push_back(0);
        out.value(bmp::card_name, name);
    }
}

void put_emv(message& out, const transaction& one) {
    const auto* holder = one.holder();
    if (holder == nullptr || !shows_card(one)) return;
    std::array<std::uint8_t, 96> buffer;
    zvt::tlv_writer tlv{buffer};
    const auto payment = tlv.open(tag::payment_type);
    tlv.put(tag::cardholder_verification, {static_cast<std::uint8_t>(one.verified)});
    tlv.put(tag::online, {static_cast<std::uint8_t>(one.online)});
    tlv.put(tag::card_technology, {static_cast<std::uint8_t>(holder->entry)});
    tlv.close(payment);
    if (!holder->aid.empty()) {
        const auto application = tlv.open(tag::application);
        tlv.put_text(tag::application_label, holder->label);
        tlv.put(tag::application_id, from_hex(holder->aid));
        tlv.close(application);
    }
    const auto whole = tlv.finish();
    BRIDGE_INVARIANT(whole.has_value());
    out.tlv.emplace(whole->begin(), whole->end());
}

}  // namespace

bytes encode(const message& out) {
    bytes buffer(std::min(out.body.size() + (out.tlv ? out.tlv->size() : 0) + 16, largest_apdu));
    zvt::apdu_writer writer{buffer, out.code};
    writer.raw(out.body);
    if (out.tlv) writer.value(bmp::tlv_container, *out.tlv);
    const auto whole = writer.finish(out.extended_length);
    BRIDGE_INVARIANT(whole.has_value());
    buffer.resize(whole->size());
    return buffer;
}

void add_tlv(message& to, zvt::tlv_tag which, bytes_view value) {
    bytes buffer(value.size() + 8);
    zvt::tlv_writer writer{buffer};
    writer.put(which, value);
    const auto object = writer.finish();
    BRIDGE_INVARIANT(object.has_value());
    if (!to.tlv) to.tlv.emplace();
    to.tlv->insert(to.tlv->end(), object->begin(), object->end());
}

namespace messages {

message positive() { return {command::positive, {}, std::nullopt, false}; }

message negative(std::uint8_t code) {
    return {zvt::negative_response(code), {}, std::nullopt, false};
}

message wrong_currency(std::uint16_t cc) {
    return compose(zvt::negative_response(0x1E), [&](zvt::apdu_writer& out) {
        out.raw_byte(zvt::code::wrong_currency).raw_bcd(cc, 4);
    });
}

message completion() { return {command::completion, {}, std::nullopt, false}; }

message abort(std::uint8_t code) {
    return {command::abort_indication, {code}, std::nullopt, false};
}

message abort_wrong_currency(std::uint16_t cc) {
    return compose(command::abort_indication, [&](zvt::apdu_writer& out) {
        out.raw_byte(zvt::code::wrong_currency).raw_bcd(cc, 4);
    });
}

message intermediate(std::uint8_t code, std::optional<std::uint8_t> minutes) {
    return compose(command::intermediate_status, [&](zvt::apdu_writer& out) {
        out.raw_byte(code);
        if (minutes) out.raw_bcd(*minutes, 2);
    });
}

message status(const transaction& one, const status_details& details) {
    auto out = compose(command::status_information,
                       [&](zvt::apdu_writer& fields) { put_transaction(fields, one, details); });
    if (details.with_tlv && one.result_code == 0) put_emv(out, one);
    if (details.with_sync) {
        const std::array receipt{
            static_cast<std::uint8_t>(one.receipt / 1000 % 10 << 4U | one.receipt / 100 % 10),
            static_cast<std::uint8_t>(one.receipt / 10 % 10 << 4U | one.receipt % 10)};
        add_tlv(out, tag::unique_transaction_id, receipt);
    }
    return out;
}

message status(const day_totals& day) {
    zvt::single_totals totals;
    totals.first = protocol::receipt_number{day.first_receipt};
    totals.last = protocol::receipt_number{day.last_receipt};
    for (std::size_t i = 0; i < brand_count; ++i) {
        totals.brands[i] = {std::min<std::uint32_t>(day.brands[i].count, 255),
                            day.brands[i].amount};
    }
    std::array<std::uint8_t, zvt::single_totals::size> field;
    BRIDGE_INVARIANT(totals.encode(field).has_value());
    return compose(command::status_information, [&](zvt::apdu_writer& out) {
        out.byte(bmp::result_code, 0).amount(day.total()).value(bmp::single_totals, field);
        out.trace(protocol::trace_number{day.trace});
        put_time(out, day.when);
    });
}

message status(std::uint8_t result_code) {
    return compose(command::status_information,
                   [&](zvt::apdu_writer& out) { out.byte(bmp::result_code, result_code); });
}

message print_line(std::uint8_t attribute, bytes_view text) {
    return compose(command::print_line,
                   [&](zvt::apdu_writer& out) { out.raw_byte(attribute).raw(text); });
}

message set_date_and_time_in_ecr(wall_time when) {
    const auto at = calendar_of(when);
    return compose(command::set_date_and_time_in_ecr, [&](zvt::apdu_writer& out) {
        out.bcd(bmp::date_with_year, at.year % 100 * 10000 + at.month * 100 + at.day);
        out.bcd(bmp::time, at.hour * 10000 + at.minute * 100 + at.second);
    });
}

}  // namespace messages
}  // namespace sim
