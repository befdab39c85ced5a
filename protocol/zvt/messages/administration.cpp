#include "protocol/zvt/messages/administration.hpp"

#include <algorithm>

#include "protocol/zvt/messages/field_reader.hpp"

namespace protocol::zvt {
namespace {

using password_use = administration_command::password_use;

struct row {
    command code;
    password_use use;
};

constexpr row commands[] = {
    {command::status_enquiry, password_use::optional},
    {command::log_off, password_use::none},
    {command::send_turnover_totals, password_use::required},
    {command::reset_terminal, password_use::none},
    {command::print_system_configuration, password_use::none},
    {command::set_terminal_id, password_use::required},
    {command::repeat_receipt, password_use::required},
    {command::end_of_day, password_use::required},
    {command::send_offline_transactions, password_use::required},
    {command::diagnosis, password_use::none},
    {command::selftest, password_use::none},
    {command::initialisation, password_use::required},
    {command::abort, password_use::none},
    {command::close_card_session, password_use::none},
    {command::send_apdus, password_use::none},
    {command::mac_calculation, password_use::none},
    {command::service_mode, password_use::optional},
    {command::software_update, password_use::none},
    {command::activate_opt_action, password_use::none},
    {command::opt_pre_initialisation, password_use::none},
    {command::output_opt_data, password_use::required},
    {command::opt_out_of_order, password_use::none},
    {command::activate_card_reader, password_use::none},
};

const row* find(command code) noexcept {
    const auto* found = std::find_if(std::begin(commands), std::end(commands),
                                     [=](const row& r) { return r.code == code; });
    return found == std::end(commands) ? nullptr : found;
}

password read_password(field_reader& in) noexcept {
    return password{static_cast<std::uint32_t>(in.bcd(3))};
}

}  // namespace

bool administration_command::is_one(command code) noexcept { return find(code) != nullptr; }

password_use administration_command::password_of(command code) noexcept {
    const auto* found = find(code);
    return found == nullptr ? password_use::none : found->use;
}

result<administration_command> administration_command::decode(const apdu_view& apdu) noexcept {
    const auto* layout = find(apdu.code);
    if (layout == nullptr) return make_error_code(errc::wrong_command);
    field_reader in{apdu.data};
    administration_command message{.code = apdu.code};
    const bool has_password = layout->use == password_use::required ||
                              (layout->use == password_use::optional && !in.empty());
    if (has_password) message.password = read_password(in);
    in.block(message.block);
    if (in.failure() != errc{}) return make_error_code(in.failure());
    message.service_byte = message.block->byte(bmp::service_byte);
    if (const auto digits = message.block->bcd(bmp::terminal_id)) {
        message.terminal_id = static_cast<std::uint32_t>(*digits);
    }
    message.tlv = message.block->tlv();
    return message;
}

result<bytes_view> administration_command::encode(std::span<std::uint8_t> out,
                                                  bool extended_length) const noexcept {
    const auto* layout = find(code);
    if (layout == nullptr) return make_error_code(errc::wrong_command);
    const bool has_fields = block ? !block->empty() : service_byte || terminal_id || !tlv.empty();
    if (!password && (layout->use == password_use::required ||
                      (layout->use == password_use::optional && has_fields))) {
        return make_error_code(errc::missing_field);
    }
    if (password && layout->use == password_use::none) {
        return make_error_code(errc::value_out_of_range);
    }
    apdu_writer apdu{out, code};
    if (password) apdu.raw_bcd(password->value(), 6);
    if (block) {
        block->write_to(apdu);
        return apdu.finish(extended_length);
    }
    if (service_byte) apdu.byte(bmp::service_byte, *service_byte);
    if (terminal_id) apdu.bcd(bmp::terminal_id, *terminal_id);
    if (!tlv.empty()) apdu.value(bmp::tlv_container, tlv);
    return apdu.finish(extended_length);
}

result<reprint_receipts> reprint_receipts::decode(const apdu_view& apdu) noexcept {
    if (apdu.code != command::reprint_receipts) return make_error_code(errc::wrong_command);
    field_reader in{apdu.data};
    reprint_receipts message;
    message.password = read_password(in);
    message.from = static_cast<std::uint16_t>(in.bcd(2));
    if (!in.empty()) message.to = static_cast<std::uint16_t>(in.bcd(2));
    in.end();
    if (in.failure() != errc{}) return make_error_code(in.failure());
    return message;
}

result<bytes_view> reprint_receipts::encode(std::span<std::uint8_t> out,
                                            bool extended_length) const noexcept {
    apdu_writer apdu{out, command::reprint_receipts};
    apdu.raw_bcd(password.value(), 6).raw_bcd(from, 4);
    if (to) apdu.raw_bcd(*to, 4);
    return apdu.finish(extended_length);
}

result<change_password> change_password::decode(const apdu_view& apdu) noexcept {
    if (apdu.code != command::change_password) return make_error_code(errc::wrong_command);
    field_reader in{apdu.data};
    change_password message;
    message.before = read_password(in);
    message.after = read_password(in);
    in.end();
    if (in.failure() != errc{}) return make_error_code(in.failure());
    return message;
}

result<bytes_view> change_password::encode(std::span<std::uint8_t> out,
                                           bool extended_length) const noexcept {
    apdu_writer apdu{out, command::change_password};
    return apdu.raw_bcd(before.value(), 6).raw_bcd(after.value(), 6).finish(extended_length);
}

bool parameter_command::is_one(command code) noexcept {
    return code == command::switch_protocol || code == command::select_language ||
           code == command::change_baudrate;
}

result<parameter_command> parameter_command::decode(const apdu_view& apdu) noexcept {
    if (!is_one(apdu.code)) return make_error_code(errc::wrong_command);
    field_reader in{apdu.data};
    const parameter_command message{apdu.code, in.byte()};
    in.end();
    if (in.failure() != errc{}) return make_error_code(in.failure());
    return message;
}

result<bytes_view> parameter_command::encode(std::span<std::uint8_t> out,
                                             bool extended_length) const noexcept {
    if (!is_one(code)) return make_error_code(errc::wrong_command);
    return apdu_writer{out, code}.raw_byte(value).finish(extended_length);
}

}  // namespace protocol::zvt
