#include "sim/terminal.hpp"

#include "protocol/zvt/codes.hpp"
#include "protocol/zvt/layout.hpp"
#include "protocol/zvt/messages/registration.hpp"
#include "protocol/zvt/tags.hpp"
#include "sim/conclusion.hpp"

namespace sim {
namespace {

namespace zvt = protocol::zvt;

/// The message id (1F73) of a command; nullopt when it carries none.
std::optional<std::uint32_t> message_id(const zvt::apdu_view& apdu) {
    const auto fixed = zvt::positional_size(apdu.code, apdu.data);
    const auto block = zvt::data_block::parse(apdu.data.subspan(std::min(fixed, apdu.data.size())));
    if (!block) return std::nullopt;
    const auto packed = zvt::find_value(block->tlv(), zvt::tag::message_sequence_id);
    if (!packed || packed->size() != 3) return std::nullopt;
    std::uint32_t id = 0;
    for (const auto byte : *packed) id = id * 100 + (byte >> 4U) * 10U + (byte & 0x0FU);
    return id;
}

/// What the dialogue before left in some buffer comes first. Its answers are waited for, so that
/// none of them passes for the answer to a message of this dialogue.
task<> behind_stale_messages(workings& t, dialogue run, register_command what) {
    const auto stale = t.ecr.asked_before();
    for (const auto& one : stale) co_await t.ecr.ask_in_passing(one);
    co_await run(t, std::move(what));
}

}  // namespace

terminal::terminal(terminal_config config, record_store& store, acquirer& host, fault_plan& faults,
                   wall_time wall_now, time_point now)
    : parts_{.config = config,
             .ecr = conversation{config.timers, faults},
             .memory = load_memory(store),
             .store = store,
             .host = host,
             .faults = faults,
             .person = {},
             .chance = random_source{config.seed},
             .display = {},
             .paper = {},
             .clock_base = wall_now,
             .clock_base_at = now} {
    parts_.person.card = config.autopilot_card;
    settle_after_power_loss(parts_);
}

// ---------------------------------------------------------------- the link

void terminal::link_up(link_nature nature, time_point now) {
    if (!powered_) return;
    parts_.ecr.link_up(nature, now);
    follow_up(now);
}

void terminal::link_gone(time_point now) {
    parts_.ecr.link_gone(now);
    follow_up(now);
}

void terminal::delivered(time_point now) {
    parts_.ecr.delivered(now);
    follow_up(now);
}

void terminal::undeliverable(time_point now) {
    parts_.ecr.undeliverable(now);
    follow_up(now);
}

void terminal::receive(const zvt::apdu_view& apdu, time_point now) {
    if (!powered_) return;
    if (apdu.is_response()) {
        parts_.ecr.heard(apdu, now);  // an answer that nobody waits for is a late one: dropped
    } else if (busy()) {
        command_while_busy(apdu, now);
    } else {
        command_came(apdu, now);
    }
    follow_up(now);
}

void terminal::command_came(const zvt::apdu_view& apdu, time_point now) {
    auto& ecr = parts_.ecr;
    ecr.begin(now);
    const auto id = message_id(apdu);
    ecr.number_messages(parts_.memory.agreement.message_ids && id.has_value());
    if (id) ecr.adopt_id(*id);
    if (refuse_by_fault(apdu.code)) return;
    const auto run = find_dialogue(apdu.code);
    if (run == nullptr) {
        ecr.say(messages::negative(zvt::code::unknown_command));
        return;
    }
    const auto* info = zvt::find_command(apdu.code);
    if (info != nullptr && info->flow != zvt::command_flow::response_only &&
        parts_.faults.strike(fault_kind::direct_answer)) {
        ecr.leave_out_first_answer();
    }
    start(run, {apdu.code, bytes(apdu.data.begin(), apdu.data.end())});
}

bool terminal::refuse_by_fault(command code) {
    auto& ecr = parts_.ecr;
    auto& faults = parts_.faults;
    if (faults.strike(fault_kind::deaf, code, direction::to_terminal)) return true;
    if (const auto struck = faults.strike(fault_kind::busy, code, direction::to_terminal)) {
        ecr.say(messages::negative(struck->code.value_or(parts_.config.busy_code)));
        return true;
    }
    if (faults.strike(fault_kind::refusal_with_data, code, direction::to_terminal)) {
        auto refusal = messages::negative(0x1E);
        refusal.body = {0x7D};
        ecr.say(std::move(refusal));
        return true;
    }
    return false;
}

void terminal::command_while_busy(const zvt::apdu_view& apdu, time_point now) {
    auto& ecr = parts_.ecr;
    if (parts_.faults.strike(fault_kind::deaf, apdu.code, direction::to_terminal)) return;
    if (apdu.code == command::abort) {
        if (parts_.faults.strike(fault_kind::abort_ignored)) {
            ecr.say(messages::positive());
        } else if (ecr.request_abort(now)) {
            ecr.say(messages::positive());
            ecr.elapse(now);
        } else {
            ecr.say(messages::negative(zvt::code::unknown_command));
        }
        return;
    }
    // A serial line repeats a frame whose ACK got lost: the same command again is the same command.
    const bool repeated =
        apdu.code == current_.code &&
        std::equal(apdu.data.begin(), apdu.data.end(), current_.data.begin(), current_.data.end());
    if (repeated && ecr.nature() == link_nature::serial && ecr.first_answer()) {
        ecr.say(*ecr.first_answer());
        return;
    }
    ecr.say(messages::negative(parts_.config.busy_code));
}

// ---------------------------------------------------------------- people

bool terminal::present_card(std::string_view name, time_point now) {
    if (!powered_ || find_card(name) == nullptr) return false;
    parts_.person.autopilot = false;
    parts_.person.card = name;
    parts_.person.presented = true;
    parts_.ecr.input_came(now);
    follow_up(now);
    return true;
}

void terminal::remove_card(time_point now) {
    parts_.person.autopilot = false;
    parts_.person.presented = false;
    parts_.ecr.input_came(now);
    follow_up(now);
}

bool terminal::use_autopilot(std::string_view card, time_point now) {
    if (find_card(card) == nullptr) return false;
    parts_.person.card = card;
    parts_.person.autopilot = true;
    parts_.person.presented = false;
    parts_.ecr.input_came(now);
    follow_up(now);
    return true;
}

bool terminal::press(char key, time_point now) {
    const bool digit = key >= '0' && key <= '9';
    if (!digit && key != 'O' && key != 'C' && key != 'S') return false;
    if (key == 'S') {
        parts_.ecr.stop_pressed(now);
    } else {
        parts_.person.keys.push_back(key);
        parts_.ecr.input_came(now);
    }
    follow_up(now);
    return true;
}

bool terminal::start_at_terminal(dialogue run, register_command what, std::uint8_t forbidding_bit,
                                 time_point now) {
    const auto& agreement = parts_.memory.agreement;
    const bool forbidden = agreement.registered && (agreement.config & forbidding_bit) != 0;
    if (!powered_ || busy() || forbidden) return false;
    parts_.ecr.begin(now);
    parts_.ecr.with_nobody(true);
    start(run, std::move(what));
    follow_up(now);
    return true;
}

bool terminal::start_sale(std::int64_t minor_units, time_point now) {
    std::array<std::uint8_t, 32> buffer;
    zvt::apdu_writer out{buffer, command::authorization};
    out.amount(minor_units).byte(zvt::bmp::payment_type, 0x40);
    const auto whole = out.finish();
    if (!whole) return false;
    const auto data = zvt::split_apdu(*whole)->apdu.data;
    return start_at_terminal(dialogues::payment,
                             {command::authorization, {data.begin(), data.end()}},
                             zvt::config_byte::no_payments_at_terminal, now);
}

bool terminal::start_end_of_day(time_point now) {
    return start_at_terminal(dialogues::end_of_day, {command::end_of_day, {0, 0, 0}},
                             zvt::config_byte::no_administration_at_terminal, now);
}

// ---------------------------------------------------------------- power

void terminal::power_off() {
    running_.reset();
    parts_.ecr.lose_all();
    parts_.display.clear();
    parts_.person.keys.clear();
    powered_ = false;
    power_returns_.reset();
    parts_.waits_for = "power";
}

void terminal::cut_power(milliseconds down, time_point now) {
    power_off();
    if (down.count() > 0) power_returns_ = now + down;
}

void terminal::power_on(time_point now) {
    if (powered_) return;
    parts_.memory = load_memory(parts_.store);
    parts_.ecr.begin(now);
    powered_ = true;
    power_returns_.reset();
    parts_.waits_for = "commands";
    settle_after_power_loss(parts_);
}

// ---------------------------------------------------------------- the dialogue

void terminal::start(dialogue run, register_command what) {
    current_ = what;
    const bool stale =
        parts_.faults.strike(fault_kind::stale_messages, what.code, direction::to_terminal)
            .has_value();
    running_ =
        stale ? behind_stale_messages(parts_, run, std::move(what)) : run(parts_, std::move(what));
    running_.start();
}

void terminal::follow_up(time_point now) {
    if (const auto lasts = parts_.ecr.take_power_loss()) {
        cut_power(*lasts, now);
        return;
    }
    if (busy() || !running_.started()) return;
    running_.finish();
    running_.reset();
    parts_.waits_for = "commands";
    if (current_.code != command::display_text) parts_.display.clear();
}

void terminal::elapse(time_point now) {
    if (!powered_) {
        if (power_returns_ && now >= *power_returns_) power_on(now);
        return;
    }
    parts_.ecr.elapse(now);
    follow_up(now);
}

std::optional<time_point> terminal::deadline() const noexcept {
    return powered_ ? parts_.ecr.deadline() : power_returns_;
}

std::optional<output> terminal::next_output() { return parts_.ecr.next_output(); }

terminal_state terminal::state() const {
    terminal_state now;
    now.powered = powered_;
    now.registered = parts_.memory.agreement.registered;
    now.busy = busy();
    now.waits_for = parts_.waits_for;
    now.display = parts_.display;
    now.paper.assign(parts_.paper.begin(), parts_.paper.end());
    now.terminal_id = parts_.terminal_id();
    now.last_receipt = parts_.memory.last_receipt;
    now.turnover = parts_.memory.turnover.size();
    for (const auto& one : parts_.memory.reservations)
        now.open_reservations += one.reversed ? 0 : 1;
    now.card = parts_.person.card;
    now.autopilot = parts_.person.autopilot;
    return now;
}

}  // namespace sim
