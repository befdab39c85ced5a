// 06 01 Authorisation, 06 31 Refund, 06 22 Reservation: those that start with a card.
#include "protocol/zvt/codes.hpp"
#include "sim/conclusion.hpp"
#include "sim/outcome.hpp"
#include "sim/questions.hpp"
#include "sim/reading.hpp"

namespace sim {
namespace {

namespace zvt = protocol::zvt;

constexpr std::uint8_t waiting_for_host = 0x04;
constexpr std::uint8_t pin_wrong = 0x15;
constexpr std::uint8_t card_expired = 0x78;
constexpr std::uint8_t host_wrong_pin = 55;
constexpr std::uint8_t host_pin_tries_exceeded = 75;
constexpr unsigned pin_tries = 3;
constexpr std::int64_t contactless_without_pin = 5000;

/// Card, trace and time of a transaction that has not been asked yet.
transaction begin_transaction(workings& t, const money_order& order, const card& holder) {
    transaction one;
    one.kind = order.kind;
    one.amount = order.amount.value_or(0);
    one.currency = t.config.currency.number();
    one.card = holder.name;
    one.when = t.wall_now();
    return one;
}

verification verification_for(const card& holder, const money_order& order) {
    if (order.kind == booking_kind::refund) return verification::none;
    const auto demanded = outcome_of(*order.amount).verified;
    if (holder.entry == entry_mode::magstripe) return demanded.value_or(verification::signature);
    if (holder.entry == entry_mode::contactless && *order.amount > contactless_without_pin) {
        return demanded.value_or(verification::online_pin);
    }
    return demanded.value_or(holder.usual);
}

/// Past the point of no return: the intent is in memory before the acquirer hears of it.
task<authorisation_answer> ask_host(workings& t, transaction& one, bool pin_right) {
    one.trace = t.next_trace();
    one.receipt = t.next_receipt();
    one.turnover = t.next_turnover();
    t.memory.pending = one;
    t.save();
    t.waits_for = "host";
    co_await t.show(waiting_for_host, t.config.host_minutes);
    co_await t.ecr.at(step::before_host);
    authorisation_request request;
    request.kind = one.kind;
    request.key = {t.terminal_id(), one.trace};
    request.amount = one.amount;
    request.currency = one.currency;
    request.receipt = one.receipt;
    request.holder = one.holder();
    request.online_pin_given = one.verified == verification::online_pin;
    request.pin_right = pin_right;
    auto heard = t.host.authorise(request);
    co_await t.ecr.at(step::host_asked);
    co_await t.ecr.pause(t.draw(t.config.delays.host));
    co_await t.ecr.at(step::host_answered);
    co_return heard;
}

void note_refusal(workings& t, transaction& one, std::uint8_t code) {
    one.receipt = 0;
    one.turnover = 0;
    one.result_code = code;
    t.memory.pending.reset();
    t.memory.last_executed = one;
    t.save();
}

/// Offline PIN: the card itself says right or wrong.
task<pin_entry> satisfy_card(workings& t, bool wrong_first) {
    for (unsigned attempt = 1;; ++attempt) {
        const auto entered = co_await ask_for_pin(t, wrong_first && attempt == 1);
        if (entered != pin_entry::wrong || attempt == pin_tries) co_return entered;
        co_await t.show(pin_wrong);
    }
}

task<> authorise(workings& t, money_order order, transaction one) {
    const bool wrong_first = outcome_of(one.amount).first_pin_wrong;
    for (unsigned attempt = 1;; ++attempt) {
        auto entered = pin_entry::right;
        if (one.verified == verification::online_pin) {
            entered = co_await ask_for_pin(t, wrong_first && attempt == 1);
        } else if (one.verified == verification::offline_pin) {
            entered = co_await satisfy_card(t, wrong_first);
        }
        if (entered == pin_entry::given_up || given_up(t)) {
            co_await give_up(t, zvt::code::aborted);
            co_return;
        }
        t.ecr.abortable(false);
        if (one.verified == verification::offline_pin && entered == pin_entry::wrong) {
            note_refusal(t, one, host_pin_tries_exceeded);
            co_await decline(t, one, order);
            co_return;
        }
        const auto heard = co_await ask_host(t, one, entered == pin_entry::right);
        if (heard.host_code == 0) {
            one.authorisation_code = heard.authorisation_code;
            t.memory.pending = one;
            co_await conclude(t, one, order);
            co_return;
        }
        note_refusal(t, one, heard.host_code);
        if (heard.host_code != host_wrong_pin || attempt == pin_tries) {
            co_await decline(t, one, order);
            co_return;
        }
        co_await t.show(pin_wrong);
        co_await report_status(t, one, order);
        one.result_code = 0;
        t.ecr.abortable(true);
    }
}

task<> with_card(workings& t, register_command command, booking_kind kind) {
    const auto read = read_money_order(t, command, kind);
    if (const auto* refusal = std::get_if<std::uint8_t>(&read)) {
        t.ecr.say(messages::negative(*refusal));
        co_return;
    }
    const auto order = std::get<money_order>(read);
    t.ecr.say(messages::positive());
    co_await t.ecr.at(step::command_received);
    if (const auto objection = objection_to(t, order); objection != 0) {
        co_await give_up(t, objection);
        co_return;
    }
    synchronise(t, order);
    co_await ask_cashier(t);
    t.ecr.abortable(true);
    co_await t.ecr.at(step::before_card);
    const card* holder = co_await read_card_of_holder(t);
    if (holder == nullptr) {
        co_await give_up(t, zvt::code::aborted);
        co_return;
    }
    co_await t.ecr.at(step::card_read);
    auto one = begin_transaction(t, order, *holder);
    one.verified = verification_for(*holder, order);
    const std::chrono::year_month_day today{std::chrono::floor<std::chrono::days>(one.when)};
    const auto this_month = static_cast<std::uint16_t>(static_cast<int>(today.year()) % 100 * 100 +
                                                       static_cast<int>(unsigned{today.month()}));
    if (holder->expired_in(this_month)) {
        t.ecr.abortable(false);
        one.trace = t.next_trace();
        note_refusal(t, one, card_expired);
        co_await decline(t, one, order);
        co_return;
    }
    co_await authorise(t, order, one);
}

}  // namespace

namespace dialogues {

task<> payment(workings& t, register_command command) {
    co_await with_card(t, std::move(command), booking_kind::payment);
}

task<> refund(workings& t, register_command command) {
    co_await with_card(t, std::move(command), booking_kind::refund);
}

task<> reservation(workings& t, register_command command) {
    co_await with_card(t, std::move(command), booking_kind::reservation);
}

}  // namespace dialogues
}  // namespace sim
