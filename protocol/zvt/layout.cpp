#include "protocol/zvt/layout.hpp"

#include <algorithm>

namespace protocol::zvt {
namespace {

using bytes = std::span<const std::uint8_t>;

constexpr std::uint8_t container_id = 0x06;
constexpr std::size_t password_size = 3;

bool is_digit_prefix(std::uint8_t byte) noexcept { return byte >= 0xF0 && byte <= 0xF9; }

// 06 00: password, config byte, currency. Some registers leave the currency out although a service
// byte or a container follows. No currency is numbered 0300-0303, so a service byte (bits 0 and 1
// only) can be told from one.
std::size_t registration_size(bytes data) noexcept {
    constexpr std::size_t without_currency = password_size + 1;
    if (data.size() <= without_currency) return data.size();
    const auto rest = data.subspan(without_currency);
    if (is_whole_container(rest)) return without_currency;
    const bool service_byte = rest.size() >= 2 && rest[0] == 0x03 && rest[1] <= 0x03;
    if (service_byte && (rest.size() == 2 || is_whole_container(rest.subspan(2)))) {
        return without_currency;
    }
    return std::min(without_currency + 2, data.size());
}

// 06 0F: nothing; one raw status byte; BMPs; or, after a status enquiry, [LLLVAR software version]
// status byte [container]. Status F0 and F6 look like a length digit, so three of them are asked
// for, and room for what they announce.
std::size_t completion_size(bytes data) noexcept {
    if (data.size() <= 1) return data.size();
    if (data.size() >= 4 && std::all_of(data.begin(), data.begin() + 3, is_digit_prefix)) {
        const std::size_t version =
            (data[0] & 0x0FU) * 100U + (data[1] & 0x0FU) * 10U + (data[2] & 0x0FU);
        if (3 + version + 1 <= data.size()) return 3 + version + 1;
    }
    const bool first_bmp_of_a_completion = data[0] == 0x19 || data[0] == 0x27;
    return !first_bmp_of_a_completion && is_whole_container(data.subspan(1)) ? 1 : 0;
}

// 06 1E and 84 1E: result code; with 6F the currency may follow without its BMP id.
std::size_t abort_size(bytes data) noexcept {
    constexpr std::uint8_t wrong_currency = 0x6F;
    if (data.size() < 3 || data[0] != wrong_currency) return std::min<std::size_t>(1, data.size());
    const auto rest = data.subspan(1);
    if (rest.size() == 2) return is_whole_container(rest) ? 1 : 3;
    const bool starts_with_bmp = rest[0] == 0x04 || rest[0] > 0x09 || is_whole_container(rest);
    return starts_with_bmp ? 1 : 3;
}

// 04 FF: code, minutes, container; the minutes are left out by some although a container follows.
std::size_t intermediate_status_size(bytes data) noexcept {
    if (data.size() <= 1) return data.size();
    return is_whole_container(data.subspan(1)) ? 1 : 2;
}

// 06 D1: attribute and text to the end; some terminals append a container. No text has 06 in it.
std::size_t print_line_size(bytes data) noexcept {
    constexpr std::uint8_t line_feeds = 0xFF;  // the next byte counts them
    const std::size_t text = !data.empty() && data[0] == line_feeds ? 2 : 1;
    for (auto at = text; at < data.size(); ++at) {
        if (data[at] == container_id && is_whole_container(data.subspan(at))) return at;
    }
    return data.size();
}

bool is_vendor_command(command code) noexcept {
    return class_of(code) == 0x0F && instruction_of(code) != 0xE8 && instruction_of(code) != 0xE9;
}

}  // namespace

bool is_whole_container(std::span<const std::uint8_t> data) noexcept {
    if (data.size() < 2 || data[0] != container_id) return false;
    if (data[1] < 0x80) return data.size() == 2U + data[1];
    if (data[1] == 0x81) return data.size() >= 3 && data.size() == 3U + data[2];
    if (data[1] == 0x82)
        return data.size() >= 4 && data.size() == 4U + (std::size_t{data[2]} << 8U | data[3]);
    return false;
}

std::size_t positional_size(command code, std::span<const std::uint8_t> data) noexcept {
    const auto at_most = [&](std::size_t size) { return std::min(size, data.size()); };
    if (is_vendor_command(code)) return data.size();
    if (code == negative_response(0x1E)) return abort_size(data);

    // Not every command is listed: those that are not are BMPs from their first byte.
    using enum command;
    if (code == registration) return registration_size(data);
    if (code == completion) return completion_size(data);
    if (code == abort_indication) return abort_size(data);
    if (code == intermediate_status) return intermediate_status_size(data);
    if (code == print_line) return print_line_size(data);

    struct row {
        command code;
        std::size_t size;
    };
    constexpr auto all = static_cast<std::size_t>(-1);
    static constexpr row rows[] = {
        // A password.
        {status_enquiry, password_size},
        {send_turnover_totals, password_size},
        {set_terminal_id, password_size},
        {repeat_receipt, password_size},
        {telephonic_authorisation, password_size},
        {reversal, password_size},
        {refund, password_size},
        {end_of_day, password_size},
        {send_offline_transactions, password_size},
        {set_date_and_time, password_size},
        {initialisation, password_size},
        {service_mode, password_size},
        {write_file, password_size},
        {set_opt_point_in_time, password_size},
        {output_opt_data, password_size},
        // One byte: timeout, protocol, language, baudrate.
        {read_card, 1},
        {switch_protocol, 1},
        {select_language, 1},
        {change_baudrate, 1},
        // Prepaid id (2) and mode (1).
        {prepaid_top_up, 3},
        // No BMPs at all.
        {change_password, all},
        {reprint_receipts, all},
        {display_text_old, all},
        {display_text_numeric_input_old, all},
        {pin_verification_old, all},
        {display_text_function_key_old, all},
        {dial_up, all},
        {transmit_data_via_dial_up, all},
        {receive_data_via_dial_up, all},
    };
    const auto* found = std::find_if(std::begin(rows), std::end(rows),
                                     [=](const row& r) { return r.code == code; });
    return found == std::end(rows) ? 0 : at_most(found->size);
}

}  // namespace protocol::zvt
