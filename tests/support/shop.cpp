#include "tests/support/shop.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <boost/json/serialize.hpp>
#include <csignal>
#include <fstream>

namespace tests {
namespace {

namespace json = boost::json;

const json::value* member(const json::value& of, std::string_view name) {
    return of.is_object() ? of.as_object().if_contains(name) : nullptr;
}

/// Whoever else runs on this machine and connects to a port that used to be his must not meet our
/// terminals: Linux answers on all of 127/8.
std::string own_loopback_address() {
    const auto id = static_cast<unsigned>(::getpid());
    return "127." + std::to_string(1 + (id >> 16U) % 254) + '.' + std::to_string((id >> 8U) % 256) +
           '.' + std::to_string(1 + id % 254);
}

}  // namespace

std::string text_of(const json::value& of, std::string_view name) {
    const auto* found = member(of, name);
    return found != nullptr && found->is_string() ? std::string{found->as_string()} : std::string{};
}

std::int64_t number_of(const json::value& of, std::string_view name) {
    const auto* found = member(of, name);
    return found != nullptr && found->is_int64() ? found->as_int64() : 0;
}

shop::shop(wire w, std::vector<std::string> emulator_flags, int terminals)
    : host_{own_loopback_address()},
      wire_{w},
      emulator_flags_{std::move(emulator_flags)},
      terminals_{terminals},
      socket_{directory_ / "api.sock"} {
    links_.push_back(w == wire::tcp ? "tcp:" + host_ + ":0" : "pty:" + (directory_ / "terminal"));
    start_emulator();
}

void shop::start_emulator() {
    // A port of the emulator before may be another terminal's of this one.
    for (int i = 0; wires_ && i < terminals_; ++i) wires_->lead_to(i, 0);
    // Behind wires the ports need not stay the same, and a port that was free once may be taken.
    std::vector<std::string> command{"terminal-emulator",
                                     "--link",
                                     wires_ ? "tcp:" + host_ + ":0" : links_.front(),
                                     "--control",
                                     control_.empty() ? host_ + ":0" : control_,
                                     "--state",
                                     directory_ / "emulator",
                                     "--t2",
                                     "1000",
                                     "--t3",
                                     "1500",
                                     "--t4-minutes",
                                     "0"};
    if (terminals_ > 1) command.insert(command.end(), {"--terminals", std::to_string(terminals_)});
    command.insert(command.end(), emulator_flags_.begin(), emulator_flags_.end());
    emulator_ = std::make_unique<process>(std::move(command));
    const std::string kind = wire_ == wire::tcp ? "tcp:" : "pty:";
    links_.clear();
    for (const auto& rest :
         emulator_->wait_for_lines("ready " + kind, static_cast<std::size_t>(terminals_))) {
        links_.push_back(kind + rest);
    }
    lead_wires();
    // Kept over restarts: others may be reading it.
    const auto control = emulator_->wait_for_line("ready control:http://");
    if (control_.empty()) control_ = control;
}

wires& shop::put_wires_between() {
    REQUIRE(wire_ == wire::tcp);
    wires_ = std::make_unique<wires>(terminals_, host_);
    lead_wires();
    return *wires_;
}

void shop::lead_wires() {
    for (int i = 0; wires_ && i < terminals_; ++i) {
        const auto& link = links_.at(static_cast<std::size_t>(i));
        wires_->lead_to(i, std::stoi(link.substr(link.rfind(':') + 1)));
    }
}

void shop::restart_emulator() {
    kill_emulator();
    start_emulator();
}

void shop::kill_emulator() {
    emulator_->signal(SIGKILL);
    emulator_->wait();
}

void shop::start_bridge() {
    // Short timers: a fault that is noticed by silence would make a test of minutes.
    std::ofstream config{directory_ / "bridge.toml"};
    const auto add = [&](int number, const std::string& link) {
        config << "[[terminal]]\nid = \"lane-" << number << "\"\nprotocol = \"zvt\"\nlink = \""
               << link
               << "\"\ntimers_ms = { t2 = 1000, t3 = 1500, t4 = 10000, after_decline = 2000, "
                  "after_abort = 1500 }\n"
               << more_config;
    };
    for (int i = 0; i < terminals_; ++i) {
        const auto& link = links_.at(static_cast<std::size_t>(i));
        if (wires_) {
            add(i + 1, "tcp:" + host_ + ":" + std::to_string(wires_->port(i)));
        } else {
            add(i + 1, wire_ == wire::tcp ? link : "serial:" + link.substr(4) + "?baud=115200");
        }
    }
    config << more_tables;
    config.close();
    std::vector<std::string> command{"firmware-bridge", "--config", directory_ / "bridge.toml",
                                     "--state",         state(),    "--socket",
                                     socket_,           "--listen", "none"};
    command.insert(command.end(), bridge_flags.begin(), bridge_flags.end());
    bridge_ = std::make_unique<process>(std::move(command));
}

void shop::open() {
    start_bridge();
    for (int i = 1; i <= terminals_; ++i) {
        const auto id = "lane-" + std::to_string(i);
        wait_until(id + " to be ready", [&] {
            REQUIRE_MESSAGE(bridge_->runs(), "the daemon ended:\n" << bridge_->output());
            return terminal_ready(id);
        });
    }
}

void shop::kill_bridge() {
    bridge_->signal(SIGKILL);
    bridge_->wait();
}

int shop::close() {
    bridge_->signal(SIGTERM);
    return bridge_->wait(std::chrono::seconds{60});
}

http_answer shop::api(const std::string& method, const std::string& target, const std::string& body,
                      const std::string& key) const {
    http_headers headers;
    if (!key.empty()) headers["Idempotency-Key"] = key;
    return http("unix:" + socket_, method, target, body, headers);
}

json::value shop::emulator(const std::string& method, const std::string& target,
                           const std::string& body) const {
    const auto answer = ask_emulator(method, target, body);
    REQUIRE_MESSAGE(answer.status / 100 == 2, target << " " << answer.status << " " << answer.body);
    return answer.json();
}

http_answer shop::ask_emulator(const std::string& method, const std::string& target,
                               const std::string& body) const {
    return http(control_, method, target, body);
}

void shop::add_fault(const std::string& fault) const {
    emulator("POST", "/v1/faults", "{\"faults\":[" + fault + "]}");
}
void shop::clear_faults() const { emulator("DELETE", "/v1/faults"); }

json::value shop::sell(std::int64_t amount, const std::string& key, const std::string& more,
                       const std::string& terminal) const {
    const auto answer = api("POST", "/v1/payments?wait=60",
                            "{\"terminal\":\"" + terminal + "\",\"currency\":\"EUR\",\"amount\":" +
                                std::to_string(amount) + more + "}",
                            key);
    if (answer.status == 0) return nullptr;
    return answer.json();
}

json::value shop::payment(const std::string& id) const {
    return api("GET", "/v1/payments/" + id).json();
}

std::vector<json::value> shop::payments() const {
    std::vector<json::value> all;
    std::string after;
    for (;;) {
        const auto page =
            api("GET", "/v1/payments?limit=100" + (after.empty() ? "" : "&starting_after=" + after))
                .json();
        for (const auto& one : page.at("data").as_array()) {
            all.push_back(one);
            after = text_of(one, "id");
        }
        if (!page.at("has_more").as_bool()) return all;
    }
}

bool shop::terminal_ready(const std::string& id) const {
    const auto answer = api("GET", "/v1/terminals/" + id);
    if (answer.status != 200) return false;
    const auto view = answer.json();
    return text_of(view.at("link"), "state") == "ready" && text_of(view, "activity") == "idle";
}

void shop::wait_until_settled() const {
    wait_until(
        "every payment to be settled",
        [this] {
            for (const auto& one : payments()) {
                const auto status = text_of(one, "status");
                if (status == "created" || status == "in_progress" || status == "unknown")
                    return false;
            }
            return true;
        },
        std::chrono::seconds{90});
}

std::int64_t shop::charged() const {
    const auto books = emulator("GET", "/v1/acquirer");
    return number_of(books.at("total"), "net");
}

std::int64_t shop::in_payments() const {
    std::int64_t sum{};
    for (const auto& one : payments()) {
        if (text_of(one, "status") == "captured") {
            sum += number_of(one, "amount_captured") - number_of(one, "amount_refunded");
        }
    }
    return sum;
}

std::int64_t shop::in_ledger() const {
    // PROC: what the processor owes us.
    std::int64_t sum{};
    std::string after;
    for (;;) {
        const auto page = api("GET", "/v1/journal-entries?limit=100&account=PROC" +
                                         (after.empty() ? "" : "&starting_after=" + after))
                              .json();
        for (const auto& entry : page.at("data").as_array()) {
            after = text_of(entry, "id");
            for (const auto& line : entry.at("lines").as_array()) {
                if (text_of(line, "account") != "PROC") continue;
                sum += number_of(line, "debit") - number_of(line, "credit");
            }
        }
        if (!page.at("has_more").as_bool()) return sum;
    }
}

void shop::check_books() const {
    CHECK(charged() == in_payments());
    wait_until("the ledger to have " + std::to_string(in_payments()) + "; it has " +
                   std::to_string(in_ledger()),
               [this] { return in_ledger() == in_payments(); });
}

}  // namespace tests
