#include "tests/support/sales_world.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

namespace tests {
namespace {

using drivers::command_ended;
using drivers::money_kind;
using journal::booking_kind;

constexpr auto lane = "lane-1";

}  // namespace

sales_world::sales_world() { restart(); }

sales::instant sales_world::now() const {
    return {drivers::time_point{std::chrono::milliseconds{clock_ms_}},
            drivers::wall_time{std::chrono::milliseconds{1'770'000'000'000 + clock_ms_}}};
}

void sales_world::restart() {
    engine_ = std::make_unique<sales::engine>(
        std::vector{sales::terminal_settings{lane, protocol::euro(), false}},
        [this](std::string_view prefix, drivers::wall_time) {
            auto digits = std::to_string(++ids_);
            return std::string{prefix} + std::string(8 - digits.size(), '0') + digits;
        });
    engine_->restore(open_state(), now());
    connect();
}

void sales_world::connect() {
    if (connected_) return;
    connected_ = true;
    say(drivers::link_state{drivers::link_state::kind::ready, {}, {}});
    say(drivers::registered{protocol::terminal_number{12345678}, "model 1", false, false});
}

void sales_world::crash() {
    engine_.reset();
    to_commit_.clear();
    terminal_says_.clear();
    replies_.clear();
    lose_running();
    question_runs_ = false;
    connected_ = false;
}

void sales_world::cut_link() {
    if (!connected_) return;
    connected_ = false;
    const bool end_unheard =
        std::any_of(terminal_says_.begin(), terminal_says_.end(),
                    [](const auto& e) { return std::holds_alternative<command_ended>(e); });
    terminal_says_.clear();
    const bool busy = running_.has_value() || question_runs_ || end_unheard;
    lose_running();
    question_runs_ = false;
    if (busy) {
        command_ended lost;
        lost.outcome = command_ended::how::lost;
        lost.error = drivers::errc::link_lost;
        say(lost);
    }
    say(drivers::link_state{drivers::link_state::kind::down, drivers::errc::link_lost, {}});
}

/// The wire went: what was acknowledged is stored, what was not is reversed.
void sales_world::lose_running() {
    if (!running_) return;
    if (!running_->stored && running_->reported && running_->pending.code == 0 &&
        habits.numbers_auto_reversals && running_->command.kind == money_kind::payment) {
        record reversal = running_->pending;
        reversal.original_trace = running_->pending.trace;
        reversal.receipt = static_cast<std::uint16_t>(running_->pending.receipt + 1);
        reversal.trace += 1;
        receipt_ = reversal.receipt;
        trace_ = reversal.trace;
        last_ = reversal;
    }
    running_.reset();
}

std::uint64_t sales_world::pay(std::int64_t minor, const std::string& key,
                               const std::string& body) {
    sales::create_payment wanted;
    wanted.terminal = lane;
    wanted.amount = {minor, protocol::euro()};
    wanted.capture = capture_mode;
    sales::request r;
    r.number = ++requests_;
    r.what = wanted;
    r.idempotency = sales::idempotency{key, "pay " + std::to_string(minor) + body};
    if (const auto held = keys_.find(key); held != keys_.end()) {
        r.key_fingerprint = held->second.fingerprint;
        r.key_object = payments_.at(held->second.object_id);
    }
    engine_->submit(std::move(r), now());
    return requests_;
}

std::uint64_t sales_world::ask(decltype(sales::request::what) what, const std::string& payment_id,
                               const std::string& key) {
    sales::request r;
    r.number = ++requests_;
    r.what = std::move(what);
    if (!payment_id.empty()) r.subject = payment(payment_id);
    if (!key.empty()) r.idempotency = sales::idempotency{key, key};
    engine_->submit(std::move(r), now());
    return requests_;
}

void sales_world::press_end_of_day_at_terminal() { day_total_ = 0, day_count_ = 0; }

void sales_world::pay_at_terminal(std::int64_t minor) {
    last_ = record{++receipt_, ++trace_, minor, {}, 0};
    day_total_ += minor, ++day_count_;
}

bool sales_world::step() {
    if (!engine_) return false;
    if (auto action = engine_->next_action()) {
        perform(std::move(*action));
        return true;
    }
    if (!to_commit_.empty()) {
        auto one = std::move(to_commit_.front());
        to_commit_.pop_front();
        if (refused_commits_ > 0) {
            --refused_commits_;
            engine_->commit_failed(one.number,
                                   make_error_code(boost::system::errc::no_space_on_device),
                                   sales::commit_fate::not_durable, now());
        } else if (doubtful_commits_ > 0) {
            --doubtful_commits_;
            // The journal knows it by its number when it comes again.
            if (doubtful_are_durable_ && durable_.insert(one.number).second)
                load(std::move(one.batch));
            engine_->commit_failed(one.number, make_error_code(boost::system::errc::io_error),
                                   sales::commit_fate::unknown, now());
        } else {
            if (durable_.erase(one.number) == 0) {
                batches_.push_back(one.batch);
                load(std::move(one.batch));
            }
            engine_->committed(one.number, now());
        }
        return true;
    }
    if (!terminal_says_.empty()) {
        auto event = std::move(terminal_says_.front());
        terminal_says_.pop_front();
        engine_->terminal_event(lane, std::move(event), now());
        return true;
    }
    return false;
}

void sales_world::run(int most_steps) {
    const bool whole = most_steps == everything;
    while (most_steps > 0 && step()) --most_steps;
    // An engine that always has something to do has lost its way.
    if (whole) REQUIRE(most_steps > 0);
}

void sales_world::settle(int seconds) {
    const auto end = clock_ms_ + seconds * 1000;
    run();
    while (const auto next = engine_->deadline()) {
        const auto at =
            std::chrono::duration_cast<std::chrono::milliseconds>(next->time_since_epoch());
        if (at.count() > end) break;
        clock_ms_ = std::max<std::int64_t>(clock_ms_ + 1, at.count());
        engine_->elapse(now());
        run();
    }
    clock_ms_ = std::max(clock_ms_, end);
}

void sales_world::perform(sales::action action) {
    if (auto* p = std::get_if<sales::persist>(&action)) return to_commit_.push_back(std::move(*p));
    if (auto* s = std::get_if<sales::start_command>(&action)) return start(s->command);
    if (std::holds_alternative<sales::acknowledge_result>(action)) return acknowledge();
    if (std::holds_alternative<sales::abort_command>(action)) return abort();
    if (auto* r = std::get_if<sales::send_reply>(&action)) replies_.push_back(std::move(r->reply));
}

void sales_world::start(const drivers::command& command) {
    if (!connected_ || running_ || question_runs_) {
        return engine_->start_failed(
            lane, connected_ ? drivers::errc::busy : drivers::errc::not_connected, now());
    }
    if (const auto* money = std::get_if<drivers::money_command>(&command))
        return start_money(*money);
    if (std::holds_alternative<drivers::repeat_receipt>(command)) return answer_repeat();
    if (std::holds_alternative<drivers::turnover_totals>(command)) return answer_totals();
    if (std::holds_alternative<drivers::open_reservations>(command)) {
        drivers::reservations_listed listed;
        for (const auto& [receipt, amount] : reservations_) {
            listed.open.push_back(protocol::receipt_number{receipt});
        }
        say(listed);
        return end(command_ended::how::completed);
    }
    if (std::holds_alternative<drivers::end_of_day>(command)) {
        answer_totals();
        day_total_ = 0, day_count_ = 0;
        return;
    }
    end(command_ended::how::completed);
}

void sales_world::start_money(const drivers::money_command& command) {
    // M1: the intent of this frame is on disk, and M2: it is its first frame.
    const auto intent = std::find_if(intents_.begin(), intents_.end(), [](const auto& entry) {
        return entry.second.outcome == sales::intent_outcome::open;
    });
    REQUIRE_MESSAGE(intent != intents_.end(), "[M1] a money frame left without a durable intent");
    CHECK(intent->second.kind == command.kind);
    CHECK(intent->second.amount == command.amount);
    CHECK_MESSAGE(++frames_[intent->first] == 1, "[M2] a second frame for one intent");

    running_ = running{};
    running_->command = command;
    auto& pending = running_->pending;
    pending.receipt = static_cast<std::uint16_t>(receipt_ + 1);
    pending.trace = trace_ + 1;
    pending.amount = habits.approves_only != 0 ? habits.approves_only : command.amount.minor;
    pending.code = habits.declines ? 0x05 : 0x00;
    if (command.kind == money_kind::reversal)
        pending.original_trace = command.original->trace->value();
    say(drivers::display_line{{"Please wait"}, 0x0E});
    if (habits.completion_without_result) {
        // It is approved and acknowledged for the terminal, but the message never reached the
        // engine.
        running_->reported = true;
        store(*running_);
        running_.reset();
        return end(command_ended::how::completed);
    }
    running_->reported = true;
    if (habits.repeats_last_result && last_) say(drivers::result_received{result_of(*last_)});
    drivers::result_received received{result_of(pending)};
    if (habits.result_without_code) received.result.result_code.reset();
    say(received);
}

drivers::transaction_result sales_world::result_of(const record& r) const {
    drivers::transaction_result result;
    result.result_code = r.code;
    result.result_text = r.code == 0 ? "approved" : "declined by the issuer";
    result.amount = r.amount;
    result.trace = protocol::trace_number{r.trace};
    if (r.code == 0) result.receipt = protocol::receipt_number{r.receipt};
    if (r.original_trace) result.original_trace = protocol::trace_number{*r.original_trace};
    result.card.brand = "girocard";
    result.card.masked_pan = "672812******3456";
    result.card.type = 5;
    return result;
}

void sales_world::store(running& of) {
    of.stored = true;
    const auto& done = of.pending;
    trace_ = done.trace;
    if (done.code != 0) return;
    receipt_ = done.receipt;
    last_ = done;
    stored_[done.receipt] = done;
    const auto original =
        of.command.original ? of.command.original->receipt.value() : std::uint16_t{};
    switch (of.command.kind) {
        case money_kind::payment:
            charged_ += done.amount, day_total_ += done.amount, ++day_count_;
            break;
        case money_kind::reservation: reservations_[done.receipt] = done.amount; break;
        case money_kind::book_total:
            REQUIRE(reservations_.erase(original) == 1);
            charged_ += done.amount, day_total_ += done.amount, ++day_count_;
            break;
        case money_kind::release: REQUIRE(reservations_.erase(original) == 1); break;
        case money_kind::reversal:
            REQUIRE(stored_.contains(original));
            charged_ -= stored_.at(original).amount, day_total_ -= stored_.at(original).amount;
            --day_count_;
            stored_.erase(original);
            break;
        case money_kind::refund:
            charged_ -= done.amount, day_total_ -= done.amount, ++day_count_;
            break;
    }
}

void sales_world::acknowledge() {
    if (question_runs_) {
        question_runs_ = false;
        return end(command_ended::how::completed);
    }
    if (!running_) return;
    if (std::exchange(habits.repeats_last_result, false)) return;  // the answer to the repeated one
    // M3: what the terminal learns we have, we have.
    const auto saved = std::find_if(intents_.begin(), intents_.end(), [&](const auto& entry) {
        const auto& result = entry.second.result;
        return entry.second.outcome == sales::intent_outcome::open && result && result->trace &&
               result->trace->value() == running_->pending.trace;
    });
    CHECK_MESSAGE(saved != intents_.end(), "[M3] a result was acknowledged before it was durable");
    if (running_->pending.code == 0 && habits.aborts_after_approval) {
        running_.reset();
        return end(command_ended::how::aborted, 0x6C);
    }
    store(*running_);
    const bool approved = running_->pending.code == 0;
    running_.reset();
    if (approved) {
        say(drivers::acknowledgement_seen{});
        drivers::receipt_text printed;
        printed.lines = {"Kundenbeleg", "genehmigt"};
        say(printed);
        return end(command_ended::how::completed);
    }
    end(habits.completion_after_refusal ? command_ended::how::completed
                                        : command_ended::how::aborted,
        0x05);
}

void sales_world::abort() {
    if (!running_ || running_->stored) return;
    running_.reset();
    terminal_says_.clear();
    command_ended stopped;
    stopped.outcome = command_ended::how::aborted;
    stopped.code = 0x6C;
    stopped.abort_requested = true;
    say(stopped);
}

void sales_world::answer_repeat() {
    if (habits.repeat_answers_nothing) return end(command_ended::how::completed);
    if (!last_) return end(command_ended::how::aborted, 0x83);
    question_runs_ = true;
    drivers::result_received received{result_of(*last_)};
    say(received);
}

void sales_world::answer_totals() {
    if (habits.totals_unsupported) return end(command_ended::how::refused, 0x83);
    question_runs_ = true;
    drivers::transaction_result result;
    result.result_code = 0;
    result.totals.emplace();
    result.totals->amount = day_total_;
    result.totals->brands = {{"girocard", day_count_, day_total_}};
    say(drivers::result_received{result});
}

void sales_world::end(enum command_ended::how how, std::uint8_t code) {
    command_ended ended;
    ended.outcome = how;
    ended.code = code;
    say(ended);
}

void sales_world::load(journal::batch batch) {
    for (auto& p : batch.payments) payments_.insert_or_assign(p.id, std::move(p));
    for (auto& r : batch.refunds) refunds_.insert_or_assign(r.id, std::move(r));
    for (auto& o : batch.operations) operations_.insert_or_assign(o.id, std::move(o));
    for (auto& i : batch.intents) intents_.insert_or_assign(i.id, std::move(i));
    for (auto& m : batch.terminals) memories_.insert_or_assign(m.terminal, std::move(m));
    for (auto& k : batch.keys) {
        CHECK_MESSAGE(keys_.emplace(k.key, k).second, "[M6] one key for two objects");
    }
    std::move(batch.events.begin(), batch.events.end(), std::back_inserter(events_));
}

journal::open_state sales_world::open_state() const {
    using sales::intent_outcome;
    journal::open_state state;
    for (const auto& [id, one] : intents_) {
        if (one.outcome != intent_outcome::open && one.outcome != intent_outcome::unknown) continue;
        state.intents.push_back(one);
        state.payments.push_back(payments_.at(one.payment));
        if (!one.refund.empty()) state.refunds.push_back(refunds_.at(one.refund));
    }
    for (const auto& [id, op] : operations_) {
        if (op.status == sales::operation::state::running) state.operations.push_back(op);
    }
    for (const auto& [id, memory] : memories_) state.terminals.push_back(memory);
    for (const auto& [id, intent] : intents_) {
        const auto where = memories_.find(intent.terminal);
        if (intent.in_day && where != memories_.end() &&
            intent.in_day->day == where->second.day_number)
            state.of_day.push_back(intent);
    }
    return state;
}

const sales::payment& sales_world::payment(const std::string& id) const {
    if (const auto* held = engine_ ? engine_->find(id) : nullptr) return *held;
    return payments_.at(id);
}

std::string sales_world::only_payment() const {
    REQUIRE(payments_.size() == 1);
    return payments_.begin()->first;
}

std::string sales_world::newest_payment() const {
    REQUIRE_FALSE(payments_.empty());
    return payments_.rbegin()->first;  // ids sort by creation
}

std::optional<sales::reply> sales_world::reply_to(std::uint64_t number) const {
    const auto found = std::find_if(replies_.begin(), replies_.end(),
                                    [=](const auto& r) { return r.number == number; });
    return found == replies_.end() ? std::nullopt : std::optional{*found};
}

std::int64_t sales_world::booked() const {
    std::int64_t sum{};
    for (const auto& event : events_) {
        if (!event.booking) continue;
        switch (event.booking->kind) {
            case booking_kind::sale:
            case booking_kind::capture: sum += event.booking->amount.minor; break;
            case booking_kind::void_sale: sum -= event.booking->amount.minor; break;
            case booking_kind::refund:
                if (!event.booking->offline) sum -= event.booking->amount.minor;
                break;
            case booking_kind::pending:
            case booking_kind::pending_cleared: break;
        }
    }
    return sum;
}

void sales_world::check() const {
    std::int64_t in_payments{};
    std::size_t authorized{};
    int pending{};
    for (const auto& [id, p] : payments_) {
        CAPTURE(std::string{p.id});
        CHECK(p.status != sales::payment_status::unknown);
        CHECK_FALSE(p.running());
        if (p.status == sales::payment_status::captured) in_payments += p.captured - p.refunded;
        if (p.status == sales::payment_status::authorized) ++authorized;
    }
    for (const auto& [id, r] : refunds_) CHECK(r.status != sales::refund_status::unknown);
    for (const auto& event : events_) {
        if (!event.booking) continue;
        if (event.booking->kind == booking_kind::pending) ++pending;
        if (event.booking->kind == booking_kind::pending_cleared) --pending;
    }
    CHECK(charged_ == in_payments);
    CHECK(charged_ == booked());
    CHECK(reservations_.size() == authorized);
    CHECK(pending == 0);
    for (const auto& [intent, count] : frames_) CHECK(count == 1);
}

}  // namespace tests
