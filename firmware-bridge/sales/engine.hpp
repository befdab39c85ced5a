// The sale engine: takes requests, drives every terminal with one money command at a time, and
// makes each step durable before the next (M1-M6). It does no I/O and reads no clock: the shell
// (daemon/engine_shell, or the simulation) hands in what happened and performs the actions that
// come out.
//
//     engine.submit(request, now);
//     while (auto action = engine.next_action()) perform(*action);
//     … later: engine.committed(number, now); engine.terminal_event("lane-1", event, now);
//
// Rules of the game:
//   - persist actions must reach the journal in the order they come; each is answered by exactly
//     one committed() or commit_failed();
//   - start, acknowledge and abort actions go to drivers::terminal at once;
//   - `now` carries both clocks; steady time decides, wall time is only written down.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "firmware-bridge/journal/record.hpp"
#include "firmware-bridge/sales/request.hpp"

namespace bridge::sales {

struct instant {
    drivers::time_point steady;
    wall_time wall;
};

struct terminal_settings {
    std::string id;
    protocol::currency currency{protocol::euro()};
    bool synchronise{};  // ZVT tag 1F1F
};

/// Make the batch durable, then call committed(number) or commit_failed(number).
struct persist {
    std::uint64_t number{};
    journal::batch batch;
};
/// Hand the command to the terminal. If its start() returns an error, call start_failed().
struct start_command {
    std::string terminal;
    drivers::command command;
};
struct acknowledge_result {
    std::string terminal;
};
struct abort_command {
    std::string terminal;
};
struct send_reply {
    sales::reply reply;
};
/// For the log: what happened, with the ids that belong on the line.
struct note {
    enum class level : std::uint8_t { info, warning, error } severity{};
    std::string terminal, payment, text;
};

using action =
    std::variant<persist, start_command, acknowledge_result, abort_command, send_reply, note>;

/// What is known of a batch whose commit failed.
enum class commit_fate : std::uint8_t {
    not_durable,
    unknown,  // the disk failed: it may be found durable later
};

class engine {
public:
    /// `make_id(prefix, wall)` gives a new sortable id: "pay_" + 26 characters.
    using id_maker = std::function<std::string(std::string_view prefix, wall_time)>;

    engine(std::vector<terminal_settings>, id_maker);
    ~engine();
    engine(const engine&) = delete;
    engine& operator=(const engine&) = delete;

    /// What the journal held at start. Before any other call.
    void restore(journal::open_state, instant now);

    void submit(request, instant now);
    void terminal_event(const std::string& terminal, drivers::event, instant now);
    void start_failed(const std::string& terminal, protocol::error_code, instant now);
    void committed(std::uint64_t number, instant now);
    /// The engine commits the batch again later, unless it is known not to be durable and its
    /// request can be refused.
    void commit_failed(std::uint64_t number, protocol::error_code, commit_fate, instant now);
    void elapse(instant now);

    [[nodiscard]] std::optional<action> next_action();
    [[nodiscard]] std::optional<drivers::time_point> deadline() const;

    /// No new money commands from now on; running ones end as they do. drained() says when all
    /// ended.
    void stop_accepting();
    [[nodiscard]] bool drained() const;

    /// A payment as the engine holds it, when it does: newer than or equal to the journal's.
    [[nodiscard]] const payment* find(const std::string& payment_id) const;
    [[nodiscard]] std::vector<terminal_view> terminals() const;

private:
    class impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace bridge::sales
