// Any message, decoded: one type for each layout, and the bare APDU for everything else.
//
//     const auto message = decode_message(apdu);               // result<message>
//     std::visit(overloaded{…}, *message);
//     encode_message(*message, buffer, apdu.extended_length);  // the same bytes again
//
// Decoding then encoding gives back the bytes that came in: unknown BMPs, repeated and unknown tags
// and the order of all are kept, because a decoded message writes its block back as it came.
#pragma once

#include <variant>

#include "protocol/zvt/messages/administration.hpp"
#include "protocol/zvt/messages/blocked_list.hpp"
#include "protocol/zvt/messages/completion.hpp"
#include "protocol/zvt/messages/date_and_time.hpp"
#include "protocol/zvt/messages/dial_up.hpp"
#include "protocol/zvt/messages/display.hpp"
#include "protocol/zvt/messages/files.hpp"
#include "protocol/zvt/messages/input.hpp"
#include "protocol/zvt/messages/money_command.hpp"
#include "protocol/zvt/messages/prepaid.hpp"
#include "protocol/zvt/messages/print.hpp"
#include "protocol/zvt/messages/read_card.hpp"
#include "protocol/zvt/messages/registration.hpp"
#include "protocol/zvt/messages/response.hpp"
#include "protocol/zvt/messages/status_information.hpp"

namespace protocol::zvt {

/// apdu_view first: vendors' commands (0F xx), unknown ones, and 06 86 and 06 87 stay as they are.
using message =
    std::variant<apdu_view, registration, money_command, prepaid_top_up, administration_command,
                 reprint_receipts, change_password, parameter_command, date_and_time, read_card,
                 display_text, display_text_old, display_image, input_request, menu_request,
                 file_command, status_information, completion, abort_indication,
                 intermediate_status, print_line, print_text_block, dial_up, line_data,
                 blocked_list_query, response>;

/// Errors: those of the message's own decode(), never wrong_command.
[[nodiscard]] result<message> decode_message(const apdu_view&) noexcept;

/// Errors: buffer_full, and those of the message's own encode() if it was not decoded.
[[nodiscard]] result<bytes_view> encode_message(const message&, std::span<std::uint8_t> out,
                                                bool extended_length = false) noexcept;

}  // namespace protocol::zvt
