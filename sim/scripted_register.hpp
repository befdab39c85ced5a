// A cash register for tests, which knows bytes only: it sends hex, answers 80 00 00 to what the
// terminal asks, and keeps what it heard. Time is its own and jumps to what is due next.
//
//     scripted_register till;
//     till.say("06 01 07 04 00 00 00 00 10 00");
//     CHECK(till.heard() == std::vector<std::string>{"80 00 00", "04 0F …", "06 0F 00"});
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/fault_script.hpp"
#include "sim/station.hpp"

namespace sim {

inline bytes unhex(std::string_view text) {
    bytes out;
    std::string digits;
    for (const char c : text) {
        if (c == ' ' || c == '|') continue;
        digits.push_back(c);
        if (digits.size() < 2) continue;
        out.push_back(static_cast<std::uint8_t>(std::stoi(digits, nullptr, 16)));
        digits.clear();
    }
    return out;
}

inline std::string hex_of(bytes_view content) {
    return fmt::format("{:02X}", fmt::join(content, " "));
}

/// The whole world of one terminal: its stores outlive it, as they do in life.
struct terminal_world {
    record_in_memory memory;
    log_in_memory books;
    acquirer host{books};
    time_point now{std::chrono::hours{1}};
    terminal_config config{};
    line_timers timers{};
    std::unique_ptr<station> place;

    static constexpr wall_time wall{std::chrono::sys_days{std::chrono::year{2026} / 5 / 14} +
                                    std::chrono::hours{10}};

    void start() { place = std::make_unique<station>(config, timers, memory, host, wall, now); }
    [[nodiscard]] std::int64_t charged(std::string_view card = "visa-credit") const {
        return host.net_charged(card, 978);
    }
};

class scripted_register {
public:
    /// What to answer to a message; nullopt: nothing. Set per control field, "" for all others.
    using reply = std::function<std::optional<std::string>(const std::string& message)>;

    explicit scripted_register(terminal_config config = {}) {
        world.config = std::move(config);
        world.start();
        lane = world.place->add_line(link_nature::stream, world.now);
        connect();
    }

    void connect() {
        world.place->opened(lane, world.now);
        connected = true;
        run();
    }
    void disconnect() {
        connected = false;
        world.place->closed(lane, world.now);
        run();
    }
    void power(bool on) {
        world.place->switch_power(on, world.now);
        run();
    }
    void say(std::string_view hex) {
        world.place->receive(lane, unhex(hex), world.now);
        run();
    }
    /// Registers as in the specification's example: config, EUR.
    void register_with(std::string_view config = "9E", std::string_view tlv = "") {
        const auto data = fmt::format("000000{}0978{}", config, tlv);
        say(fmt::format("0600{:02X}{}", unhex(data).size(), data));
        clear();
    }
    void pay(std::int64_t amount, std::string_view more = "") {
        const auto data = fmt::format("04{:012}490978{}", amount, more);
        say(fmt::format("0601{:02X}{}", unhex(data).size(), data));
    }
    /// Arms one fault, written as in a script.
    void fault(std::string_view json) {
        auto parsed = parse_fault_script("[" + std::string{json} + "]");
        if (const auto* error = std::get_if<script_error>(&parsed)) {
            throw std::invalid_argument{error->what};
        }
        world.place->faults().add(std::get<std::vector<sim::fault>>(parsed).front());
    }
    void answer(std::string_view control_field, std::optional<std::string> with) {
        replies[std::string{control_field}] = [with](const std::string&) { return with; };
    }

    /// Lets the terminal act, answering it, until it waits for something that time cannot bring
    /// within `limit`.
    void run(milliseconds limit = milliseconds{400'000}) {
        const auto end = world.now + limit;
        for (;;) {
            while (step()) {
            }
            if (world.place->power_losses() != power_losses) {
                power_losses = world.place->power_losses();
                connected = false;
                pending.clear();
                world.place->closed(lane, world.now);
            }
            const auto due = world.place->deadline();
            if (!due || *due > end) return;
            world.now = std::max(world.now, *due);
            world.place->elapse(world.now);
        }
    }

    /// Everything heard since the last clear(), one string a message, upper-case hex.
    [[nodiscard]] const std::vector<std::string>& heard() const { return messages; }
    [[nodiscard]] std::vector<std::string> heard(std::string_view control_field) const {
        std::vector<std::string> some;
        for (const auto& one : messages) {
            if (one.starts_with(control_field)) some.push_back(one);
        }
        return some;
    }
    /// The latest message; empty when none came.
    [[nodiscard]] std::string last() const { return messages.empty() ? "" : messages.back(); }
    /// Only the control fields, "80 00", "04 0F", in order.
    [[nodiscard]] std::vector<std::string> course() const {
        std::vector<std::string> fields;
        for (const auto& one : messages) fields.push_back(one.substr(0, 5));
        return fields;
    }
    void clear() {
        messages.clear();
        wire.clear();
    }

    terminal_world world;
    station::lane lane{};
    bool connected{};
    std::map<std::string, reply> replies;
    bytes wire;  // every byte that came

private:
    bool step() {
        auto action = world.place->next_action(lane, world.now);
        if (!action) return false;
        if (const auto* written = std::get_if<write_bytes>(&*action)) {
            if (connected) take(written->content);
        } else {
            connected = false;
            pending.clear();
            world.place->closed(lane, world.now);
        }
        return true;
    }

    void take(const bytes& content) {
        wire.insert(wire.end(), content.begin(), content.end());
        pending.insert(pending.end(), content.begin(), content.end());
        while (const auto split = protocol::zvt::split_apdu(pending)) {
            const bytes whole(pending.begin(),
                              pending.begin() + static_cast<std::ptrdiff_t>(split->used));
            pending.erase(pending.begin(),
                          pending.begin() + static_cast<std::ptrdiff_t>(split->used));
            came(whole);
        }
    }

    void came(const bytes& whole) {
        const auto text = hex_of(whole);
        messages.push_back(text);
        if (whole[0] == 0x80 || whole[0] == 0x84) return;
        auto found = replies.find(text.substr(0, 5));
        if (found == replies.end()) found = replies.find("");
        const auto response =
            found == replies.end() ? std::optional<std::string>{"80 00 00"} : found->second(text);
        if (response && connected) world.place->receive(lane, unhex(*response), world.now);
    }

    unsigned power_losses{};
    bytes pending;
    std::vector<std::string> messages;
};

}  // namespace sim
