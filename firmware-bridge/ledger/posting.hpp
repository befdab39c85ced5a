// Double entry: a journal entry is a list of lines whose debits equal its credits, in each
// currency. Entries are never changed; a correction is a new entry.
//
//     const auto entry = make_entry("sale", {debit(account::processor, price),
//     credit(account::unapplied, price)});
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "firmware-bridge/ledger/account.hpp"
#include "protocol/money.hpp"
#include "protocol/result.hpp"

namespace bridge::ledger {

using protocol::money;

enum class errc {
    unbalanced = 1,  // debits and credits of a currency differ
    not_positive,    // a line's amount must be above zero: the side says which way it goes
    no_lines,
};
[[nodiscard]] protocol::error_code make_error_code(errc) noexcept;

enum class side : std::uint8_t { debit, credit };

struct posting {
    account on{};
    std::string client;  // client account of a subledger; "" = none
    side where{};
    money amount;  // > 0
    friend bool operator==(const posting&, const posting&) = default;
};

[[nodiscard]] posting debit(account, money, std::string client = {});
[[nodiscard]] posting credit(account, money, std::string client = {});

struct entry {
    std::string description;
    std::vector<posting> lines;
    friend bool operator==(const entry&, const entry&) = default;
};

/// Errors: no_lines, not_positive, unbalanced, protocol::money_errc::overflow.
[[nodiscard]] protocol::result<entry> make_entry(std::string description,
                                                 std::vector<posting> lines);

}  // namespace bridge::ledger

template <>
struct boost::system::is_error_code_enum<bridge::ledger::errc> : std::true_type {};
