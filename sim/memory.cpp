#include "sim/memory.hpp"

#include <algorithm>
#include <ranges>

#include "protocol/identifiers.hpp"

namespace sim {
namespace {

bool counts(const transaction& stored) {
    return !stored.reversed &&
           (stored.kind == booking_kind::payment || stored.kind == booking_kind::capture ||
            stored.kind == booking_kind::refund);
}

}  // namespace

day_totals totals_of(const terminal_memory& memory) {
    day_totals totals;
    for (const auto& stored : memory.turnover) {
        if (totals.first_receipt == 0) totals.first_receipt = stored.receipt;
        totals.last_receipt = stored.receipt;
        const auto* holder = stored.holder();
        if (!counts(stored) || holder == nullptr) continue;
        auto& of_brand = totals.brands[static_cast<std::size_t>(holder->brand)];
        ++of_brand.count;
        of_brand.amount += stored.kind == booking_kind::refund ? -stored.amount : stored.amount;
    }
    for (auto& of_brand : totals.brands)
        of_brand.amount = std::max<std::int64_t>(of_brand.amount, 0);
    return totals;
}

transaction* find_stored(terminal_memory& memory, std::uint16_t receipt) {
    const auto found = std::ranges::find(memory.turnover.rbegin(), memory.turnover.rend(), receipt,
                                         &transaction::receipt);
    return found == memory.turnover.rend() ? nullptr : &*found;
}

transaction* find_reservation(terminal_memory& memory, std::uint16_t receipt) {
    const auto open = [&](const transaction& one) {
        return one.receipt == receipt && !one.reversed;
    };
    const auto found = std::find_if(memory.reservations.rbegin(), memory.reservations.rend(), open);
    return found == memory.reservations.rend() ? nullptr : &*found;
}

void store_transaction(terminal_memory& memory, transaction approved) {
    memory.receipt_before_last = memory.last_receipt;
    memory.last_receipt = approved.receipt;
    memory.last_turnover = approved.turnover;
    switch (approved.kind) {
        case booking_kind::reservation: memory.reservations.push_back(approved); break;
        case booking_kind::capture:
        case booking_kind::release:
            if (auto* ended = find_reservation(memory, approved.original_receipt)) {
                ended->reversed = true;
            }
            break;
        case booking_kind::reversal:
            if (auto* original = find_stored(memory, approved.original_receipt)) {
                original->reversed = true;
            }
            break;
        case booking_kind::payment:
        case booking_kind::refund: break;
    }
    memory.turnover.push_back(approved);
    memory.last = approved;
    memory.last_executed = approved;
    memory.last_is_end_of_day = false;
    memory.pending.reset();
    memory.undoing = false;
}

void unstore_last(terminal_memory& memory) {
    if (memory.turnover.empty()) return;
    const auto undone = memory.turnover.back();
    memory.turnover.pop_back();
    memory.last_receipt = memory.receipt_before_last;
    switch (undone.kind) {
        case booking_kind::reservation:
            std::erase_if(memory.reservations,
                          [&](const transaction& open) { return open.receipt == undone.receipt; });
            break;
        case booking_kind::capture:
        case booking_kind::release:
            for (auto& ended : memory.reservations) {
                if (ended.receipt == undone.original_receipt) ended.reversed = false;
            }
            break;
        case booking_kind::reversal:
            if (auto* original = find_stored(memory, undone.original_receipt)) {
                original->reversed = false;
            }
            break;
        case booking_kind::payment:
        case booking_kind::refund: break;
    }
    memory.last.reset();
    if (!memory.turnover.empty()) memory.last = memory.turnover.back();
    memory.pending = undone;
    memory.undoing = true;
}

}  // namespace sim
