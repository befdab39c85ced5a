#include "firmware-bridge/api/http_server.hpp"

#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstring>
#include <list>

#include "firmware-bridge/api/credentials.hpp"
#include "firmware-bridge/api/http_session.hpp"
#include "firmware-bridge/api/listener.hpp"

namespace bridge::api {
namespace {

using boost::system::error_code;
using acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol>;

/// Connections beyond the limit that are told so; those beyond that are closed without a word.
constexpr std::size_t told_of_limit = 16;
constexpr std::chrono::milliseconds out_of_descriptors_pause{200};

std::string random_prefix() {
    std::uint32_t seed{};
    if (::getrandom(&seed, sizeof seed, 0) != sizeof seed)
        throw listen_error{"the system gives no random numbers"};
    std::string hex;
    for (int shift = 28; shift >= 0; shift -= 4) hex += "0123456789abcdef"[(seed >> shift) & 15];
    return hex;
}

std::optional<http_session::identified> identify(stream_socket& socket, int family,
                                                 const server_settings& settings) {
    if (family != AF_UNIX) return std::nullopt;
    const auto peer = identity_of_peer(socket.native_handle());
    // A Unix peer without credentials does not exist on Linux; it would be the least of all.
    if (!peer) return http_session::identified{role::viewer, "unknown user"};
    return http_session::identified{role_of(*peer, ::geteuid(), settings),
                                    "uid " + std::to_string(peer->user)};
}

}  // namespace

class http_server::impl : public std::enable_shared_from_this<http_server::impl> {
public:
    impl(asio::any_io_executor executor, service& bridge, server_settings settings)
        : state{bridge, std::move(settings), random_prefix()},
          executor_{executor},
          changed_{executor, std::chrono::steady_clock::time_point::max()},
          grace_{executor} {}

    void open();
    asio::awaitable<void> run();
    void stop(std::chrono::milliseconds grace);
    [[nodiscard]] std::vector<std::string> addresses() const;
    [[nodiscard]] std::size_t connections() const noexcept { return sessions_.size(); }

    server_state state;

private:
    struct door {
        listener where;
        acceptor accepts;
    };
    using session_place = std::list<std::shared_ptr<http_session>>::iterator;

    asio::awaitable<void> accept(door&);
    void welcome(stream_socket, int family);
    void left(session_place, const std::exception_ptr&);
    void report(std::string trouble);

    asio::any_io_executor executor_;
    std::list<door> doors_;
    std::list<std::shared_ptr<http_session>> sessions_;
    std::size_t accepting_{};
    std::exception_ptr failed_;
    asio::steady_timer changed_;
    asio::steady_timer grace_;
};

void http_server::impl::open() {
    const auto& settings = state.settings;
    std::vector<listener> made;
    // All inherited descriptors become ours before anything can throw.
    std::vector<listener> inherited;
    std::exception_ptr wrong;
    for (const int descriptor : settings.inherited) {
        try {
            inherited.push_back(listener::inherited(descriptor));
        } catch (const listen_error&) {
            wrong = std::current_exception();
        }
    }
    if (wrong) std::rethrow_exception(wrong);
    if (settings.socket)
        made.push_back(listener::on_unix_socket(*settings.socket, settings.socket_mode,
                                                settings.socket_group));
    for (const auto& address : settings.listen) made.push_back(listener::on_tcp(address));
    for (auto& one : inherited) made.push_back(std::move(one));
    for (auto& one : made) {
        doors_.push_back({std::move(one), acceptor{executor_}});
        auto& opened = doors_.back();
        const asio::generic::stream_protocol protocol{opened.where.family(), 0};
        opened.accepts.assign(protocol, opened.where.release());
    }
}

std::vector<std::string> http_server::impl::addresses() const {
    std::vector<std::string> all;
    for (const auto& one : doors_) all.push_back(one.where.address());
    return all;
}

asio::awaitable<void> http_server::impl::run() {
    const auto self = shared_from_this();
    co_await asio::this_coro::throw_if_cancelled(false);
    for (auto& one : doors_) {
        ++accepting_;
        asio::co_spawn(executor_, accept(one), [self](std::exception_ptr failed) {
            if (failed) self->failed_ = failed;
            if (--self->accepting_ == 0) self->changed_.cancel();
        });
    }
    while (!(state.stopping || failed_) || accepting_ > 0 || !sessions_.empty()) {
        if (failed_ && !state.stopping) stop({});
        co_await changed_.async_wait(asio::as_tuple(asio::use_awaitable));
        const auto cancellation = co_await asio::this_coro::cancellation_state;
        if (cancellation.cancelled() == asio::cancellation_type::none) continue;
        // Connections still use the service: cancelled or not, we leave after the last of them.
        co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        stop({});
    }
    grace_.cancel();
    doors_.clear();
    if (failed_) std::rethrow_exception(failed_);
}

asio::awaitable<void> http_server::impl::accept(door& at) {
    while (!state.stopping) {
        stream_socket socket{executor_};
        auto [failed] =
            co_await at.accepts.async_accept(socket, asio::as_tuple(asio::use_awaitable));
        if (state.stopping || failed == asio::error::operation_aborted) co_return;
        if (!failed) {
            welcome(std::move(socket), at.where.family());
        } else if (failed != asio::error::connection_aborted) {
            // Out of descriptors or memory: the connection waits in the backlog.
            asio::steady_timer pause{executor_, out_of_descriptors_pause};
            co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
        }
    }
}

void http_server::impl::welcome(stream_socket socket, int family) {
    const auto most = state.settings.limits.connections;
    if (sessions_.size() >= most + told_of_limit) return;
    error_code ignored;
    if (family != AF_UNIX) socket.set_option(asio::ip::tcp::no_delay{true}, ignored);
    auto caller = identify(socket, family, state.settings);
    auto session = std::make_shared<http_session>(std::move(socket), state, std::move(caller));
    auto task = sessions_.size() >= most ? session->turn_away() : session->run();
    const auto place = sessions_.insert(sessions_.end(), session);
    asio::co_spawn(
        executor_, std::move(task),
        asio::bind_cancellation_slot(session->cancel.slot(),
                                     [self = shared_from_this(), place](std::exception_ptr failed) {
                                         self->left(place, failed);
                                     }));
}

void http_server::impl::left(session_place place, const std::exception_ptr& failed) {
    sessions_.erase(place);
    if (sessions_.empty()) changed_.cancel();
    if (!failed) return;
    try {
        std::rethrow_exception(failed);
    } catch (const boost::system::system_error& thrown) {
        if (thrown.code() == asio::error::operation_aborted) return;
        report(thrown.what());
    } catch (const std::exception& thrown) {
        report(thrown.what());
    }
}

/// A connection that ended by an unexpected exception: the others go on.
void http_server::impl::report(std::string trouble) {
    if (!state.settings.log) return;
    request_record record;
    record.id = state.next_request_id();
    record.code = row(code::internal_error).name;
    record.trouble = std::move(trouble);
    state.settings.log(record);
}

void http_server::impl::stop(std::chrono::milliseconds grace) {
    state.stopping = true;
    error_code ignored;
    for (auto& one : doors_) one.accepts.close(ignored);
    for (auto& one : sessions_) one->finish();
    changed_.cancel();
    grace_.expires_after(grace);
    grace_.async_wait([self = shared_from_this()](error_code stopped) {
        if (stopped) return;
        for (auto& one : self->sessions_) one->break_off();
        for (auto& one : self->sessions_) one->cancel.emit(asio::cancellation_type::terminal);
    });
}

http_server::http_server(asio::any_io_executor executor, service& bridge, server_settings settings)
    : impl_{std::make_shared<impl>(std::move(executor), bridge, std::move(settings))} {}

http_server::~http_server() = default;

void http_server::open() { impl_->open(); }
std::vector<std::string> http_server::addresses() const { return impl_->addresses(); }
asio::awaitable<void> http_server::run() { return impl_->run(); }
void http_server::stop(std::chrono::milliseconds grace) { impl_->stop(grace); }
std::size_t http_server::connections() const noexcept { return impl_->connections(); }
void http_server::replace_tokens(std::vector<server_settings::token> tokens) {
    impl_->state.settings.tokens = std::move(tokens);
}

}  // namespace bridge::api
