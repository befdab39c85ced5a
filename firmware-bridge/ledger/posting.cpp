#include "firmware-bridge/ledger/posting.hpp"

#include <fmt/format.h>

#include <charconv>

#include "firmware-bridge/ledger/balance.hpp"

namespace bridge::ledger {
namespace {

constexpr std::string_view entry_prefix = "je_";
constexpr std::size_t digits = 16;

}  // namespace

line debit(account where, money amount, std::string client) {
    return {where, side::debit, amount, std::move(client)};
}

line credit(account where, money amount, std::string client) {
    return {where, side::credit, amount, std::move(client)};
}

result<journal_entry> journal_entry::make(entry_header header, std::vector<line> lines) {
    if (lines.size() < 2) return errc::no_lines;
    trial_balance sums;
    for (const auto& one : lines) {
        if (one.amount.minor <= 0 || one.amount.unit == protocol::currency{}) {
            return errc::bad_amount;
        }
        if (!one.client.empty() && !info(one.where).per_client) return errc::misplaced_client;
        if (auto added = sums.add(one); !added) return added.error();
    }
    if (!sums.balanced()) return errc::unbalanced;
    return journal_entry{std::move(header), std::move(lines)};
}

std::string journal_entry::id() const {
    return fmt::format("{}{:0{}}", entry_prefix, header_.sequence, digits);
}

std::string journal_entry::event_id() const {
    return fmt::format("evt_{:0{}}", header_.sequence, digits);
}

std::optional<std::uint64_t> sequence_of_entry(std::string_view id) noexcept {
    if (!id.starts_with(entry_prefix)) return std::nullopt;
    id.remove_prefix(entry_prefix.size());
    std::uint64_t sequence = 0;
    const auto [end, failed] = std::from_chars(id.data(), id.data() + id.size(), sequence);
    const bool whole = failed == std::errc{} && end == id.data() + id.size();
    if (!whole || id.size() != digits) return std::nullopt;
    return sequence;
}

}  // namespace bridge::ledger
