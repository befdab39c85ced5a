#include "sim/reading.hpp"

#include "protocol/zvt/codes.hpp"
#include "protocol/zvt/messages/registration.hpp"

namespace sim {
namespace {

constexpr std::uint8_t insert_card = 0x0A;
constexpr std::uint8_t watch_pin_pad = 0x01;

const card* named_card(const workings& t) {
    const auto* chosen = find_card(t.person.card);
    return chosen != nullptr ? chosen : find_card(t.config.autopilot_card);
}

}  // namespace

task<> workings::show(std::uint8_t intermediate_code, std::optional<std::uint8_t> minutes) {
    display = {std::string{protocol::zvt::intermediate_status_text(intermediate_code)}};
    const auto& agreement = memory.agreement;
    const bool wanted =
        agreement.registered &&
        (agreement.config & protocol::zvt::config_byte::send_intermediate_status) != 0;
    if (!wanted || ecr.with_nobody() || ecr.gone()) co_return;
    co_await ecr.ask(messages::intermediate(intermediate_code, minutes));
}

bool given_up(workings& t) {
    if (!t.ecr.aborted()) return false;
    if (t.ecr.connected() && t.faults.strike(fault_kind::late_approval)) {
        t.ecr.abortable(true);  // forgets that it was asked to stop
        return false;
    }
    return true;
}

task<const card*> read_card_of_holder(workings& t) {
    co_await t.show(insert_card);
    t.waits_for = "card";
    if (t.person.autopilot) {
        co_await t.ecr.pause(t.draw(t.config.delays.present_card));
        co_return given_up(t) ? nullptr : named_card(t);
    }
    const auto until = t.ecr.now() + t.config.timers.card;
    while (!t.person.presented) {
        const auto left = std::chrono::duration_cast<milliseconds>(until - t.ecr.now());
        const wake why = co_await t.ecr.input(left);
        if (t.ecr.aborted()) co_return given_up(t) ? nullptr : named_card(t);
        if (why == wake::time_over) co_return nullptr;
    }
    co_return given_up(t) ? nullptr : named_card(t);
}

task<pin_entry> ask_for_pin(workings& t, bool wrong_first) {
    co_await t.show(watch_pin_pad);
    t.waits_for = "pin";
    if (const auto silent = t.faults.strike(fault_kind::silent_pin_entry)) {
        co_await t.ecr.pause(silent->lasts);
    }
    if (t.person.autopilot) {
        co_await t.ecr.pause(t.draw(t.config.delays.type_pin));
        if (given_up(t)) co_return pin_entry::given_up;
        co_return wrong_first ? pin_entry::wrong : pin_entry::right;
    }
    std::string typed;
    for (;;) {
        while (t.person.keys.empty()) {
            const wake why = co_await t.ecr.input(t.config.timers.key);
            if (given_up(t) || why == wake::time_over) co_return pin_entry::given_up;
        }
        const char key = t.person.keys.front();
        t.person.keys.pop_front();
        if (key == 'O') break;
        if (key == 'C') {
            typed.clear();
        } else {
            typed.push_back(key);
        }
        t.display = {std::string(typed.size(), '*')};
    }
    co_return typed == card_pin ? pin_entry::right : pin_entry::wrong;
}

}  // namespace sim
