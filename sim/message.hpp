// The terminal's messages, built field by field in the order of the specification's tables.
//
//     const message out = messages::intermediate(0x0A);
//     const std::vector<std::uint8_t> apdu = encode(out);
//
// A message keeps its TLV objects apart from the fields before them, so that a message id (1F73) or
// a fault can still join them before the length is written.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "protocol/zvt/apdu.hpp"
#include "protocol/zvt/tlv.hpp"
#include "sim/memory.hpp"
#include "sim/transaction.hpp"

namespace sim {

using bytes = std::vector<std::uint8_t>;
using protocol::zvt::bytes_view;
using protocol::zvt::command;

struct message {
    command code{};
    bytes body;                // all before BMP 06
    std::optional<bytes> tlv;  // content of BMP 06
    bool extended_length{};
};

[[nodiscard]] bytes encode(const message&);
/// Appends one TLV object to the message's container.
void add_tlv(message&, protocol::zvt::tlv_tag, bytes_view value);

namespace messages {

[[nodiscard]] message positive();                        // 80 00 00
[[nodiscard]] message negative(std::uint8_t code);       // 84 xx 00
[[nodiscard]] message wrong_currency(std::uint16_t cc);  // 84 1E 03 6F CC CC
[[nodiscard]] message completion();                      // 06 0F 00
[[nodiscard]] message abort(std::uint8_t code);          // 06 1E 01 rc
[[nodiscard]] message abort_wrong_currency(std::uint16_t cc);
/// 04 FF; `minutes` sets the register's T4.
[[nodiscard]] message intermediate(std::uint8_t code, std::optional<std::uint8_t> minutes = {});

/// What of a transaction goes into its 04 0F.
struct status_details {
    std::uint32_t terminal_id{};
    std::string_view contract_number;
    bool with_currency{};  // BMP 49, only if the register sent one
    bool with_tlv{};       // the register allowed it
    bool with_sync{};      // 1F1F: the register synchronises by receipt number
};
[[nodiscard]] message status(const transaction&, const status_details&);
/// 04 0F of an end of day or of the turnover so far.
[[nodiscard]] message status(const day_totals&);
/// 04 0F 27 rc, nothing else.
[[nodiscard]] message status(std::uint8_t result_code);

[[nodiscard]] message print_line(std::uint8_t attribute, bytes_view text);
[[nodiscard]] message set_date_and_time_in_ecr(wall_time);

}  // namespace messages
}  // namespace sim
