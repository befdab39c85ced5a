#include "sim/message_faults.hpp"

#include <algorithm>
#include <array>

#include "protocol/zvt/bmp.hpp"
#include "protocol/zvt/tags.hpp"

namespace sim {
namespace {

namespace zvt = protocol::zvt;
namespace tag = protocol::zvt::tag;
using zvt::bmp;
using zvt::data_block;

constexpr auto to_register = direction::to_register;

/// Writes the body anew, each field as `change` wants it: whole, replaced, or (empty) left out.
template <class Change>
void rewrite(message& what, Change&& change) {
    const auto block = data_block::parse(what.body);
    if (!block || !block->unparsed().empty()) return;
    bytes fresh;
    for (const auto& one : block->fields()) {
        const bytes field = change(one);
        fresh.insert(fresh.end(), field.begin(), field.end());
    }
    what.body = std::move(fresh);
}

bytes as_it_is(const zvt::field& one) { return {one.whole.begin(), one.whole.end()}; }

void replace(message& what, bmp id, const bytes& with) {
    rewrite(what, [&](const zvt::field& one) { return one.id == id ? with : as_it_is(one); });
}

bmp field_named(std::string_view name) {
    if (name == "amount") return bmp::amount;
    if (name == "receipt") return bmp::receipt_number;
    if (name == "trace") return bmp::trace_number;
    if (name == "currency") return bmp::currency;
    return bmp::result_code;
}

/// BMP 22 as terminals of all kinds write it. Only the public first 6 and last 4 are ever in it.
bytes pan_field(std::string_view form, bytes_view usual) {
    if (form == "absent") return {};
    if (form == "hidden") return {0x22, 0xF0, 0xF8, 0xEE, 0xEE, 0xEE, 0xEE, 0xEE, 0xEE, 0xEE, 0xEE};
    if (form == "short") return {0x22, 0xF0, 0xF5, 0x67, 0x99, 0x99, 0xEE, 0x19};
    if (form == "padded") {
        return {0x22, 0xF0, 0xF8, 0x67, 0x99, 0x99, 0xEE, 0xEE, 0x00, 0x19, 0xFF};
    }
    bytes twenty_digits{0x22, 0xF1, 0xF0, 0x67, 0x99, 0x99, 0xEE,
                        0xEE, 0xEE, 0xEE, 0xEE, 0xEE, 0x19};
    return form == "long" ? twenty_digits : bytes(usual.begin(), usual.end());
}

void spoil_status(message& what, fault_plan& faults) {
    if (const auto struck = faults.strike(fault_kind::missing_field, what.code, to_register)) {
        replace(what, field_named(struck->value), {});
    }
    if (const auto struck = faults.strike(fault_kind::receipt_number, what.code, to_register)) {
        replace(what, bmp::receipt_number,
                struck->value == "FFFF" ? bytes{0x87, 0xFF, 0xFF} : bytes{0x87, 0x00, 0x00});
    }
    if (faults.strike(fault_kind::expiry_9999, what.code, to_register)) {
        replace(what, bmp::expiry, {0x0E, 0x99, 0x99});
    }
    if (const auto struck = faults.strike(fault_kind::pan_form, what.code, to_register)) {
        rewrite(what, [&](const zvt::field& one) {
            return one.id == bmp::pan ? pan_field(struck->value, one.whole) : as_it_is(one);
        });
    }
    if (faults.strike(fault_kind::card_name_without_nul, what.code, to_register)) {
        rewrite(what, [](const zvt::field& one) {
            if (one.id != bmp::card_name || one.value.empty()) return as_it_is(one);
            const auto name = one.value.first(one.value.size() - 1);
            bytes field{0x8B, static_cast<std::uint8_t>(0xF0 | name.size() / 10),
                        static_cast<std::uint8_t>(0xF0 | name.size() % 10)};
            field.insert(field.end(), name.begin(), name.end());
            return field;
        });
    }
    if (!what.tlv && faults.strike(fault_kind::tlv_unasked, what.code, to_register)) {
        add_tlv(what, tag::card_type, bytes{0x0A});
    }
}

void shape_completion(message& what, std::string_view shape) {
    what.tlv.reset();
    what.body.clear();
    if (shape == "raw_status") what.body = {0xDC};
    if (shape == "bmps") what.body = {0x27, 0x00, 0x19, 0x00};
    if (shape == "version") {
        what.body = {0xF0, 0xF0, 0xF5, 'P', 'T', '1', '.', '0', 0x00};
        add_tlv(what, tag::terminal_id, bytes{0x12, 0x34, 0x56, 0x78});
    }
}

void shape_abort(message& what, std::string_view shape) {
    if (shape == "empty") {
        what.body.clear();
        what.tlv.reset();
    } else if (shape == "reservation") {
        what.body = {0xB8, 0x87, 0xFF, 0xFF};
    } else if (shape == "extended") {
        constexpr std::string_view text = "host: refused";
        add_tlv(what, tag::vendor_error_code, bytes{0x12, 0x34});
        add_tlv(what, tag::vendor_error_text, bytes(text.begin(), text.end()));
    }
}

void spoil_content(message& what, fault_plan& faults) {
    if (what.code == command::status_information) spoil_status(what, faults);
    if (what.code == command::completion) {
        if (const auto struck = faults.strike(fault_kind::completion_shape)) {
            shape_completion(what, struck->value);
        }
    }
    if (what.code == command::abort_indication) {
        if (const auto struck = faults.strike(fault_kind::abort_shape)) {
            shape_abort(what, struck->value);
        }
    }
    if (what.code == command::print_line && faults.strike(fault_kind::text_with_tlv)) {
        add_tlv(what, tag::receipt_type, bytes{0x01});
    }
    if (faults.strike(fault_kind::unknown_tag, what.code, to_register)) {
        add_tlv(what, 0x1F6E, bytes{0x01, 0x02});
        add_tlv(what, 0xDF21, bytes{0x03});
        add_tlv(what, 0x1F6E, bytes{0x04});
    }
    if (faults.strike(fault_kind::unknown_bmp, what.code, to_register)) {
        const std::array unknown{std::uint8_t{0xC7}, std::uint8_t{0x01}, std::uint8_t{0x02}};
        what.body.insert(what.body.end(), unknown.begin(), unknown.end());
    }
}

bool is_lost(const message& what, fault_plan& faults) {
    if (faults.strike(fault_kind::message_lost, what.code, to_register)) return true;
    if (faults.strike(fault_kind::status_lost, what.code, to_register)) return true;
    return faults.strike(fault_kind::completion_lost, what.code, to_register).has_value();
}

}  // namespace

std::vector<bytes> spoil(message what, fault_plan& faults) {
    if (is_lost(what, faults)) return {};
    spoil_content(what, faults);
    if (faults.strike(fault_kind::extended_length, what.code, to_register)) {
        what.extended_length = true;
    }
    auto apdu = encode(what);
    if (const auto struck = faults.strike(fault_kind::wrong_length, what.code, to_register)) {
        // The low byte of either form; what is claimed too much is missing behind the message.
        auto& length = apdu[apdu[2] == 0xFF ? 3 : 2];
        length = static_cast<std::uint8_t>(
            std::min<std::uint32_t>(length + std::max(struck->count, 1U), 0xFE));
    }
    std::vector<bytes> out{apdu};
    if (faults.strike(fault_kind::message_repeated, what.code, to_register)) out.push_back(apdu);
    return out;
}

}  // namespace sim
