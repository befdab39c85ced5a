// What a terminal remembers when its power is cut: registration, counters, the turnover of the day,
// the last transaction, open reservations, and the transaction that is at the acquirer but not yet
// stored. It is saved whole and at once: a cut leaves the memory before or after a change.
//
//     terminal_memory memory = load_memory(store);
//     memory.last_receipt = 42;
//     save_memory(store, memory);
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/zvt/text.hpp"
#include "sim/storage.hpp"
#include "sim/transaction.hpp"

namespace sim {

/// What the cash register said in 06 00. It holds until 06 02 or the next 06 00.
struct register_agreement {
    bool registered{};
    std::uint8_t config{0x86};  // the state after a log-off
    bool tlv_allowed{};
    std::optional<std::vector<std::uint16_t>> permitted;  // tag 26; absent: it sent none
    protocol::zvt::charset charset{protocol::zvt::charset::cp437};
    std::uint8_t print_width{24};
    std::uint32_t max_apdu{};  // tag 1A; 0: it did not say
    bool message_ids{};        // 1F73 agreed
};

struct terminal_memory {
    register_agreement agreement;
    std::uint32_t terminal_id{};  // 0: as configured
    std::uint16_t last_receipt{};
    std::uint16_t receipt_before_last{};  // what last_receipt was before the last one was stored
    std::uint32_t last_trace{};
    std::uint32_t last_turnover{};
    std::uint8_t language{};
    std::int64_t clock_offset_s{};  // set by 06 91
    bool printer_ready{true};

    std::optional<transaction> pending;        // asked the acquirer, not stored, not undone
    bool undoing{};                            // .. and its reversal has begun
    std::optional<transaction> last;           // last stored
    std::optional<transaction> last_executed;  // also declined and reversed ones
    bool last_is_end_of_day{};
    std::vector<transaction> turnover;      // stored since the last end of day
    std::vector<transaction> reservations;  // open, and those that ended today (`reversed`)
    std::optional<day_totals> last_day;
};

/// An empty store gives the memory of a new terminal. Throws std::runtime_error when the store
/// holds something else than a memory.
[[nodiscard]] terminal_memory load_memory(const record_store&);
void save_memory(record_store&, const terminal_memory&);

/// Totals of the turnover: payments and captures add, refunds subtract, what was reversed does not
/// count. A brand whose refunds exceed its payments shows 0: the field has no sign.
[[nodiscard]] day_totals totals_of(const terminal_memory&);

/// The stored transaction with this receipt number: the latest of the day, or an open reservation.
[[nodiscard]] transaction* find_stored(terminal_memory&, std::uint16_t receipt);
[[nodiscard]] transaction* find_reservation(terminal_memory&, std::uint16_t receipt);

/// Enters an approved transaction into the turnover: counters, effects on the original, last.
void store_transaction(terminal_memory&, transaction);
/// Takes the last stored transaction back and makes it `pending` again, to be undone at the
/// acquirer (synchronisation by receipt number); its receipt number is given out anew.
void unstore_last(terminal_memory&);

}  // namespace sim
