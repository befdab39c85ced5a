#include "firmware-bridge/daemon/lane.hpp"

#include "drivers/link_address.hpp"
#include "drivers/make_link.hpp"
#include "drivers/zvt/session.hpp"
#include "firmware-bridge/daemon/startup_error.hpp"
#include "protocol/invariant.hpp"

namespace bridge::daemon {

namespace {

std::unique_ptr<drivers::link> link_of(const terminal_config& wanted,
                                       const asio::any_io_executor& executor) {
    const auto address = drivers::parse_link_address(wanted.link);
    BRIDGE_INVARIANT(address.has_value());  // the configuration was checked
    auto made = drivers::make_link(*address, executor);
    if (!made)
        throw startup_error{exit_code::configuration, "terminal " + wanted.id + ": " + wanted.link +
                                                          ": " + made.error().message()};
    return std::move(*made);
}

drivers::wall_time wall_clock() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace

lane::lane(const asio::any_io_executor& executor, const terminal_config& wanted,
           std::optional<drivers::link_trace_options> trace, log& logs, event_handler on_event)
    : id_{wanted.id}, log_{logs}, on_event_{std::move(on_event)} {
    auto wire = link_of(wanted, executor);
    auto options = wanted.zvt;
    options.framing = wire->needs();
    drivers::connection_options carrying;
    if (trace) {
        trace_ = std::make_unique<drivers::link_trace>(
            std::move(*trace), wire->name(), [this](protocol::error_code why) {
                log_.warning("the trace cannot be written: " + why.message(), {id_});
            });
        carrying.trace = [this](const drivers::trace_record& record) {
            trace_->write(record, wall_clock());
        };
    }
    const auto deliver = [this](drivers::event event, drivers::time_point) {
        if (const auto* state = std::get_if<drivers::link_state>(&event)) note(*state);
        on_event_(std::move(event));
    };
    connection_.emplace(executor, std::move(wire), drivers::zvt::make_session(options), deliver,
                        std::move(carrying));
}

lane::~lane() = default;

asio::awaitable<void> lane::run() { return connection_->run(); }
void lane::stop() { connection_->stop(); }

protocol::result<void> lane::start(const drivers::command& wanted) {
    return connection_->start(wanted);
}
void lane::acknowledge() { connection_->acknowledge(); }
void lane::abort() { connection_->abort(); }

/// What people should know the engine says; this is for those who search.
void lane::note(const drivers::link_state& state) {
    using enum drivers::link_state::kind;
    ready_ = state.state == ready;
    const auto told = [&] {
        switch (state.state) {
            case down: return std::string{"down: "} + state.reason.message();
            case connecting: return std::string{"connecting"};
            case registering: return std::string{"registering"};
            case ready: return std::string{"ready"};
        }
        return std::string{};
    }();
    log_.debug(connection_->wire().name() + ' ' + told, {id_});
}

}  // namespace bridge::daemon
