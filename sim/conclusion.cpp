#include "sim/conclusion.hpp"

#include <array>

#include "protocol/zvt/bmp.hpp"
#include "protocol/zvt/codes.hpp"
#include "sim/printing.hpp"
#include "sim/questions.hpp"

namespace sim {
namespace {

namespace zvt = protocol::zvt;

constexpr std::uint8_t sending_reversal = 0x05;
constexpr std::uint8_t remove_card = 0x0B;
constexpr std::uint8_t declined = 0x1D;
constexpr std::uint8_t declined_remove_card = 0x5D;

constexpr std::uint8_t slip_customer_if_ok = 0x80;
constexpr std::uint8_t slip_customer_if_failed = 0x40;
constexpr std::uint8_t slip_merchant_if_ok = 0x20;
constexpr std::uint8_t slip_merchant_if_failed = 0x10;
constexpr std::uint8_t slip_customer_first = 0x08;

bool card_is_inside(const transaction& one) {
    const auto* holder = one.holder();
    return holder != nullptr && holder->entry == entry_mode::chip &&
           (one.kind == booking_kind::payment || one.kind == booking_kind::refund ||
            one.kind == booking_kind::reservation);
}

/// What the register made of an approved result.
enum class reception : std::uint8_t { acknowledged, refused, unanswered };

/// 84 9D carries the amount that was really delivered.
void lower_amount(workings& t, transaction& one, const answer& heard) {
    const auto block = zvt::data_block::parse(heard.data);
    if (!block || !block->amount() || *block->amount() >= one.amount) return;
    one.amount = *block->amount();
    t.memory.pending = one;
    t.save();
    t.host.lower({t.terminal_id(), one.trace}, one.amount);
}

task<reception> deliver_status(workings& t, transaction& one, money_order order) {
    for (unsigned sent = 1;; ++sent) {
        const answer heard = co_await report_status(t, one, order);
        if (!heard.came()) co_return reception::unanswered;
        if (heard.positive()) co_return reception::acknowledged;
        if (heard.code == zvt::code::partial_issue) {
            lower_amount(t, one, heard);
            co_return reception::acknowledged;
        }
        if (heard.code != zvt::code::wait) co_return reception::refused;
        if (order.max_statuses && sent > *order.max_statuses) {
            co_await t.ecr.ask(messages::status(zvt::code::aborted));
            co_return reception::refused;
        }
        co_await t.ecr.pause(t.config.timers.ask_again);
    }
}

task<print_outcome> print_slips(workings& t, transaction one, std::uint8_t slips) {
    const bool ok = one.result_code == 0;
    const bool customer = (slips & (ok ? slip_customer_if_ok : slip_customer_if_failed)) != 0;
    const bool merchant = (slips & (ok ? slip_merchant_if_ok : slip_merchant_if_failed)) != 0;
    const bool customer_first = (slips & slip_customer_first) != 0;
    auto worst = print_outcome::done;
    const std::array order{customer_first, !customer_first};
    for (const bool for_customer : order) {
        if (!(for_customer ? customer : merchant)) continue;
        const auto whom = for_customer ? receipt_for::customer : receipt_for::merchant;
        const auto outcome =
            co_await print(t, transaction_receipt(one, whom, t.receipt_frame()), whom, true);
        if (outcome == print_outcome::unanswered) co_return outcome;
        if (outcome == print_outcome::refused) worst = outcome;
    }
    co_return worst;
}

bool prints_slips(const transaction& one) { return one.kind != booking_kind::reservation; }

void store(workings& t, const transaction& one) {
    store_transaction(t.memory, one);
    t.save();
}

/// The reversal that takes a receipt number of its own, as some terminals keep it.
void record_reversal(workings& t, const transaction& undone) {
    transaction record = undone;
    record.kind = booking_kind::reversal;
    record.original_trace = undone.trace;
    record.trace = t.next_trace();
    record.receipt = t.next_receipt();
    record.when = t.wall_now();
    t.memory.last_receipt = record.receipt;
    t.memory.last = record;
}

task<> reverse(workings& t, transaction one) {
    if (!t.memory.pending) unstore_last(t.memory);
    t.memory.undoing = true;
    t.save();
    co_await t.ecr.at(step::before_reversal);
    t.waits_for = "host";
    co_await t.show(sending_reversal);
    co_await t.ecr.pause(t.draw(t.config.delays.host));
    t.host.undo({t.terminal_id(), one.trace});
    co_await t.ecr.at(step::reversed);
    t.memory.pending.reset();
    t.memory.undoing = false;
    t.memory.last_executed = one;
    t.memory.last_executed->result_code = zvt::code::aborted;
    if (t.faults.strike(fault_kind::reversal_takes_number)) record_reversal(t, one);
    t.save();
    co_await give_up(t, zvt::code::aborted);
}

task<> complete(workings& t, transaction one, money_order order) {
    co_await t.ecr.at(step::before_completion);
    if (t.faults.strike(fault_kind::status_without_completion)) co_return;
    auto last = messages::completion();
    if (t.faults.strike(fault_kind::completion_carries_result)) {
        last = messages::status(one, details_for(t, order));
        last.code = command::completion;
    }
    co_await t.ecr.ask(std::move(last));
    co_await t.ecr.at(step::completed);
}

}  // namespace

messages::status_details details_for(const workings& t, const money_order& order) {
    return {t.terminal_id(), t.config.contract_number, order.currency.has_value(),
            order.tlv_allowed, order.synchronised};
}

task<answer> report_status(workings& t, transaction one, money_order order) {
    t.waits_for = "register";
    co_return co_await t.ecr.ask(messages::status(one, details_for(t, order)), order.goods_timeout);
}

task<> give_up(workings& t, std::uint8_t code) {
    co_await t.ecr.at(step::before_completion);
    auto last = code == zvt::code::wrong_currency
                    ? messages::abort_wrong_currency(t.config.currency.number())
                    : messages::abort(code);
    co_await t.ecr.ask(std::move(last));
    co_await t.ecr.at(step::completed);
}

task<> decline(workings& t, transaction refused, money_order order) {
    co_await t.show(card_is_inside(refused) ? declined_remove_card : declined);
    co_await t.ecr.at(step::before_status);
    co_await report_status(t, refused, order);
    if (t.faults.strike(fault_kind::negative_status_without_end)) co_return;
    co_await print_slips(t, refused, order.slips);
    if (t.faults.strike(fault_kind::completion_after_refusal)) {
        co_await t.ecr.ask(messages::completion());
        co_return;
    }
    co_await give_up(t, refused.result_code);
}

task<> conclude(workings& t, transaction approved, money_order order) {
    if (card_is_inside(approved)) co_await t.show(remove_card);
    if (order.synchronised) store(t, approved);  // the next command decides whether it stays
    co_await t.ecr.at(step::before_status);

    auto received = reception::acknowledged;
    bool printed_before = false;
    if (prints_slips(approved) && t.faults.strike(fault_kind::receipt_before_status)) {
        co_await print_slips(t, approved, order.slips);
        printed_before = true;
    }
    const auto repeated = t.faults.strike(fault_kind::status_repeated);
    const bool untold = t.faults.strike(fault_kind::completion_without_status).has_value();
    if (!untold) received = co_await deliver_status(t, approved, order);
    const bool lost = received == reception::unanswered && !order.synchronised;
    if (lost || received == reception::refused) {
        co_await reverse(t, approved);
        co_return;
    }
    for (unsigned more = repeated ? repeated->count : 1; more > 1; --more) {
        co_await report_status(t, approved, order);
    }
    co_await t.ecr.at(step::status_acknowledged);
    if (!order.synchronised && t.config.store_rule == store_rule::after_status) store(t, approved);

    if (prints_slips(approved) && !printed_before) {
        co_await t.ecr.at(step::before_prints);
        const auto printed = co_await print_slips(t, approved, order.slips);
        const bool printed_well = printed == print_outcome::done ||
                                  (printed == print_outcome::refused &&
                                   !t.faults.strike(fault_kind::print_refusal_reverses));
        const bool stands = printed_well && co_await signature_stands(t);
        if (!stands && t.memory.pending) {
            co_await reverse(t, approved);
            co_return;
        }
        co_await t.ecr.at(step::printed);
    }
    co_await t.ecr.at(step::before_store);
    if (t.memory.pending) store(t, approved);
    co_await t.ecr.at(step::stored);
    co_await complete(t, approved, order);
}

void settle_after_power_loss(workings& t) {
    if (!t.memory.pending) return;
    const auto left = *t.memory.pending;
    const booking_key key{t.terminal_id(), left.trace};
    if (!t.memory.undoing && t.host.stands(key) && t.faults.strike(fault_kind::power_loss_keeps)) {
        store(t, left);
        return;
    }
    t.host.undo(key);
    t.memory.pending.reset();
    t.memory.undoing = false;
    t.memory.last_executed = left;
    t.memory.last_executed->result_code = zvt::code::aborted;
    if (t.faults.strike(fault_kind::reversal_takes_number)) record_reversal(t, left);
    t.save();
}

}  // namespace sim
