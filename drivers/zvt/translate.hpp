// ZVT messages in the words of drivers/terminal.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "drivers/terminal.hpp"
#include "drivers/zvt/requests.hpp"
#include "protocol/zvt/messages/completion.hpp"
#include "protocol/zvt/messages/status_information.hpp"
#include "protocol/zvt/text.hpp"

namespace drivers::zvt {

/// Texts in the character set that both sides agreed on, or guessed if they did not.
struct text_reader {
    std::optional<protocol::zvt::charset> agreed;
    [[nodiscard]] std::string operator()(std::span<const std::uint8_t> bytes) const;
};

/// A result, abort or answer code in words: the table's, or "host code 55", or "code 0xAB".
[[nodiscard]] std::string code_text(std::uint8_t code);

/// The vendor's own words for an error (TLV 1F17, else 1F16 in hex); empty if none.
[[nodiscard]] std::string vendor_text(std::span<const std::uint8_t> tlv);

/// `totals`: the message closes or sums up a day (06 50, 06 10).
[[nodiscard]] transaction_result translate(const protocol::zvt::status_information&,
                                           const text_reader&, bool totals);

/// The number in tag 1F1F, if the message carries one.
[[nodiscard]] std::optional<agreed_number> synchronisation_number(
    const protocol::zvt::status_information&);

[[nodiscard]] display_line translate(const protocol::zvt::intermediate_status&, const text_reader&);

/// The end of a status enquiry. A completion without a status byte says: ready.
[[nodiscard]] terminal_status translate_status(const protocol::zvt::completion&);
[[nodiscard]] bool says_rebooted(const protocol::zvt::completion&);

/// What the end of a registration tells: TID, needs.
[[nodiscard]] registered translate_registration(const protocol::zvt::completion&);
/// The character set that the terminal echoed, bare or inside tag 27.
[[nodiscard]] std::optional<protocol::zvt::charset> agreed_charset(
    const protocol::zvt::completion&);

/// 06 1E as the answer to "any open reservations?": the list, or nothing if it is another abort.
[[nodiscard]] std::optional<reservations_listed> translate_reservations(
    const protocol::zvt::abort_indication&);

}  // namespace drivers::zvt
