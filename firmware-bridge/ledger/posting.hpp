// Journal entries: what double-entry bookkeeping writes down, once and for ever (I-02).
//
//     auto entry = journal_entry::make({.sequence = 7, .description = "Card sale"},
//                                      {debit(account::processor, price),
//                                       credit(account::receivable, price, "client 7")});
//
// An entry that exists is balanced in each of its currencies (I-01) and has no way to change. What
// was posted wrongly is put right by another entry.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "drivers/time_source.hpp"
#include "firmware-bridge/ledger/account.hpp"
#include "protocol/money.hpp"

namespace bridge::ledger {

using protocol::money;

enum class side : std::uint8_t { debit, credit };

struct line {
    account where{};
    side way{};
    money amount;        // > 0
    std::string client;  // sub-account; "" is the client nobody named
    friend bool operator==(const line&, const line&) = default;
};

[[nodiscard]] line debit(account, money, std::string client = {});
[[nodiscard]] line credit(account, money, std::string client = {});

/// What an entry says beside its lines.
struct entry_header {
    std::uint64_t sequence{};     // of the journal's event that it books; one entry an event (M7)
    drivers::wall_time posted{};  // when that happened
    std::string description{};
    std::string payment{};
    std::string refund{};
    friend bool operator==(const entry_header&, const entry_header&) = default;
};

class journal_entry {
public:
    /// Errors: no_lines, bad_amount, misplaced_client, unbalanced, overflow.
    [[nodiscard]] static result<journal_entry> make(entry_header, std::vector<line>);

    /// "je_" and 16 digits of the sequence: sorts by creation.
    [[nodiscard]] std::string id() const;
    /// "evt_" and the same digits.
    [[nodiscard]] std::string event_id() const;
    [[nodiscard]] const entry_header& header() const noexcept { return header_; }
    [[nodiscard]] const std::vector<line>& lines() const noexcept { return lines_; }

    friend bool operator==(const journal_entry&, const journal_entry&) = default;

private:
    journal_entry(entry_header header, std::vector<line> lines)
        : header_{std::move(header)}, lines_{std::move(lines)} {}

    entry_header header_;
    std::vector<line> lines_;
};

/// The sequence of "je_0000000000000007"; nullopt for anything else.
[[nodiscard]] std::optional<std::uint64_t> sequence_of_entry(std::string_view id) noexcept;

}  // namespace bridge::ledger
