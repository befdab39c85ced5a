// What refers to an earlier transaction: 06 23 Partial reversal, 06 24 Book total, 06 25
// Reservation reversal, 06 30 Reversal. No card is needed; the terminal knows whose it was.
#include "protocol/zvt/codes.hpp"
#include "protocol/zvt/tags.hpp"
#include "sim/conclusion.hpp"

namespace sim {
namespace {

namespace zvt = protocol::zvt;

constexpr std::uint8_t reservation_wrong = 0xB7;
constexpr std::uint8_t no_reservation = 0xB8;

/// The order after its first checks, answered with 80 00; nullopt: refused, the dialogue is over.
task<std::optional<money_order>> accept(workings& t, register_command command, booking_kind kind) {
    const auto read = read_money_order(t, command, kind);
    if (const auto* refusal = std::get_if<std::uint8_t>(&read)) {
        t.ecr.say(messages::negative(*refusal));
        co_return std::nullopt;
    }
    const auto accepted = std::get<money_order>(read);
    t.ecr.say(messages::positive());
    co_await t.ecr.at(step::command_received);
    if (const auto objection = objection_to(t, accepted); objection != 0) {
        co_await give_up(t, objection);
        co_return std::nullopt;
    }
    synchronise(t, accepted);
    co_return accepted;
}

/// Books `one`, which refers to `original`, at the acquirer and brings it to its end.
task<> book(workings& t, money_order order, transaction one, transaction original) {
    one.kind = order.kind;
    one.currency = original.currency;
    one.card = original.card;
    one.when = t.wall_now();
    one.original_receipt = original.receipt;
    one.original_trace = original.trace;
    one.trace = t.next_trace();
    one.receipt = t.next_receipt();
    one.turnover = t.next_turnover();
    t.memory.pending = one;
    t.save();
    t.waits_for = "host";
    co_await t.show(0x04, 2);
    co_await t.ecr.at(step::before_host);
    authorisation_request request;
    request.kind = one.kind;
    request.key = {t.terminal_id(), one.trace};
    request.amount = one.amount;
    request.currency = one.currency;
    request.receipt = one.receipt;
    request.original = booking_key{t.terminal_id(), original.trace};
    const auto heard = t.host.authorise(request);
    co_await t.ecr.at(step::host_asked);
    co_await t.ecr.pause(t.draw(t.config.delays.host));
    co_await t.ecr.at(step::host_answered);
    if (heard.host_code != 0) {
        one.receipt = 0;
        one.turnover = 0;
        one.result_code = heard.host_code;
        t.memory.pending.reset();
        t.memory.last_executed = one;
        t.save();
        co_await decline(t, one, order);
        co_return;
    }
    one.authorisation_code = heard.authorisation_code;
    t.memory.pending = one;
    co_await conclude(t, one, order);
}

const transaction* named_reservation(workings& t, const money_order& order) {
    if (order.receipt) return find_reservation(t.memory, *order.receipt);
    for (auto& open : t.memory.reservations) {
        if (!open.reversed && order.trace && open.trace == *order.trace) return &open;
    }
    return nullptr;
}

/// 06 1E B8 with the first open reservation, or with all of them when the register sent BMP 06.
task<> tell_open_reservations(workings& t, bool as_list) {
    message out{command::abort_indication, {no_reservation}, std::nullopt, false};
    bytes list;
    std::uint16_t first = 0xFFFF;
    for (const auto& open : t.memory.reservations) {
        if (open.reversed) continue;
        const auto packed = [](unsigned two) {
            return static_cast<std::uint8_t>((two / 10 << 4U) | two % 10);
        };
        const bytes receipt{packed(open.receipt / 100U), packed(open.receipt % 100U)};
        if (first == 0xFFFF) first = static_cast<std::uint16_t>(receipt[0] << 8U | receipt[1]);
        message object;
        add_tlv(object, zvt::tag::receipt_number, receipt);
        list.insert(list.end(), object.tlv->begin(), object.tlv->end());
    }
    if (as_list) {
        add_tlv(out, zvt::tag::open_reservations, list);
    } else {
        out.body.push_back(static_cast<std::uint8_t>(zvt::bmp::receipt_number));
        out.body.push_back(static_cast<std::uint8_t>(first >> 8U));
        out.body.push_back(static_cast<std::uint8_t>(first & 0xFFU));
    }
    co_await t.ecr.ask(std::move(out));
}

}  // namespace

namespace dialogues {

task<> book_total(workings& t, register_command command) {
    const auto accepted = co_await accept(t, std::move(command), booking_kind::capture);
    if (!accepted) co_return;
    const auto* open = named_reservation(t, *accepted);
    if (open == nullptr) {
        co_await give_up(t, no_reservation);
        co_return;
    }
    transaction one;
    one.amount = accepted->amount.value_or(open->amount);
    if (one.amount <= 0 || one.amount > open->amount) {
        co_await give_up(t, reservation_wrong);
        co_return;
    }
    const auto original = *open;
    co_await book(t, *accepted, one, original);
}

task<> partial_reversal(workings& t, register_command command) {
    const auto accepted = co_await accept(t, std::move(command), booking_kind::capture);
    if (!accepted) co_return;
    if (accepted->asks_open_reservations) {
        co_await tell_open_reservations(t, accepted->wants_list);
        co_return;
    }
    const auto* open = named_reservation(t, *accepted);
    if (open == nullptr) {
        co_await give_up(t, no_reservation);
        co_return;
    }
    transaction one;
    one.amount = open->amount - accepted->amount.value_or(0);  // 04 is what was not used
    if (one.amount <= 0) {
        co_await give_up(t, reservation_wrong);
        co_return;
    }
    const auto original = *open;
    co_await book(t, *accepted, one, original);
}

task<> reservation_reversal(workings& t, register_command command) {
    const auto accepted = co_await accept(t, std::move(command), booking_kind::release);
    if (!accepted) co_return;
    const auto* open = named_reservation(t, *accepted);
    if (open == nullptr) {
        co_await give_up(t, no_reservation);
        co_return;
    }
    transaction one;
    one.amount = open->amount;
    const auto original = *open;
    co_await book(t, *accepted, one, original);
}

task<> reversal(workings& t, register_command command) {
    const auto accepted = co_await accept(t, std::move(command), booking_kind::reversal);
    if (!accepted) co_return;
    const auto* stored = accepted->receipt ? find_stored(t.memory, *accepted->receipt) : nullptr;
    const bool amount_differs =
        stored != nullptr && accepted->amount && *accepted->amount != stored->amount;
    const bool of_a_charge = stored != nullptr && (stored->kind == booking_kind::payment ||
                                                   stored->kind == booking_kind::refund ||
                                                   stored->kind == booking_kind::capture);
    if (!of_a_charge || amount_differs) {
        co_await give_up(t, zvt::code::reversal_impossible);
        co_return;
    }
    if (stored->reversed) {
        co_await give_up(t, zvt::code::already_reversed);
        co_return;
    }
    transaction one;
    one.amount = stored->amount;
    const auto original = *stored;
    co_await book(t, *accepted, one, original);
}

}  // namespace dialogues
}  // namespace sim
