// The commands of drivers/terminal.hpp as ZVT messages, and what the session has to know about each
// to carry it out.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "drivers/terminal.hpp"
#include "drivers/zvt/session.hpp"

namespace drivers::zvt {

struct request {
    std::vector<std::uint8_t> apdu;
    /// M2 and M5 hold for it: sent once, and its approval needs proof that we acknowledged it.
    bool moves_money{};
    /// 80 00 is its end; the terminal never becomes master.
    bool answer_ends{};
    /// 06 B0 may stop it: it waits for a card holder.
    bool may_be_aborted{};
    /// 06 1E B8 is its regular answer (06 23 03 87 FFFF).
    bool asks_reservations{};
    /// Its status information holds totals, not a transaction.
    bool asks_totals{};
    bool asks_status{};
    /// After its end the terminal does not know this register any more: log-off.
    bool logs_off{};
    /// After its end the terminal is away for a while.
    bool restarts{};
    /// What it prints is no receipt of a payment.
    bool administration{};
    std::chrono::milliseconds answer_within{};  // T3
    std::chrono::milliseconds end_within{};     // T4
};

/// The number of the last transaction that both sides hold as final, as the terminal wrote it. The
/// specification wants its bytes mirrored, whatever their encoding (tag 1F1F).
struct agreed_number {
    receipt_number receipt;
    std::vector<std::uint8_t> bytes;
};

/// Registrations from the fullest to the barest; terminals that choke on one may take the next.
enum class registration_form : std::uint8_t { with_tlv, without_tlv };
[[nodiscard]] request make_registration(const session_options&, registration_form);

/// Likewise status enquiries: with service byte, with password only, empty.
enum class enquiry_form : std::uint8_t { with_service_byte, with_password, bare };
[[nodiscard]] request make_enquiry(const session_options&, enquiry_form);

/// What the encoding of a command depends on beside the command.
struct request_context {
    const session_options& options;
    protocol::zvt::charset texts{};
    enquiry_form enquiry{};
    std::optional<agreed_number> last_told;
};

/// Errors: bad_request (currency, amount, missing or impossible original, text too long).
[[nodiscard]] result<request> make_request(const command&, const request_context&);

[[nodiscard]] request make_abort(const session_options&);

/// A copy for the trace: the password at the front of the message as 000000.
[[nodiscard]] std::vector<std::uint8_t> without_password(std::span<const std::uint8_t> apdu);

}  // namespace drivers::zvt
