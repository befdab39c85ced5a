#include "tests/support/wires.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <future>

namespace tests {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
constexpr auto answered = asio::as_tuple(asio::use_awaitable);
constexpr auto trickle_pause = std::chrono::milliseconds{1};

}  // namespace

struct wires::connection {
    explicit connection(tcp::socket accepted)
        : bridge{std::move(accepted)}, terminal{bridge.get_executor()} {}
    tcp::socket bridge, terminal;

    /// A reset, not a farewell: what lies in the kernel's buffers is lost, as on a wire.
    void cut() {
        boost::system::error_code ignored;
        for (auto* end : {&bridge, &terminal}) {
            end->set_option(asio::socket_base::linger{true, 0}, ignored);
            end->close(ignored);
        }
    }
};

struct wires::wire {
    wire(asio::io_context& io, const asio::ip::address& at)
        : host{at}, listener{io, {at, 0}}, clear{io, asio::steady_timer::time_point::max()} {}

    asio::ip::address host;
    tcp::acceptor listener;
    asio::steady_timer clear;  // cancelled when the mood changes or the lane is cut
    std::uint16_t target{};
    wires::mood mood{};
    std::vector<std::weak_ptr<connection>> connections;

    asio::awaitable<void> serve(wires& all) {
        for (;;) {
            auto [failed, accepted] = co_await listener.async_accept(answered);
            if (failed) co_return;
            auto one = std::make_shared<connection>(std::move(accepted));
            if (target == 0) continue;
            const auto [refused] = co_await one->terminal.async_connect({host, target}, answered);
            if (refused) continue;
            boost::system::error_code ignored;
            one->bridge.set_option(tcp::no_delay{true}, ignored);
            one->terminal.set_option(tcp::no_delay{true}, ignored);
            std::erase_if(connections, [](const auto& old) { return old.expired(); });
            connections.push_back(one);
            for (const bool to_terminal : {true, false}) {
                asio::co_spawn(listener.get_executor(), pump(all, one, to_terminal),
                               asio::detached);
            }
        }
    }

    asio::awaitable<void> pump(wires& all, std::shared_ptr<connection> one, bool to_terminal) {
        auto& from = to_terminal ? one->bridge : one->terminal;
        auto& to = to_terminal ? one->terminal : one->bridge;
        std::array<char, 4096> bytes{};
        for (;;) {
            const auto [ended, size] = co_await from.async_read_some(asio::buffer(bytes), answered);
            if (ended) break;
            for (std::size_t done = 0; done < size && to.is_open();) {
                while (mood == wires::mood::held && to.is_open())
                    co_await clear.async_wait(answered);
                const bool slow = mood == wires::mood::trickling;
                const auto part = all.pass(slow ? 1 : size - done);
                const auto [lost, sent] = co_await asio::async_write(
                    to, asio::buffer(bytes.data() + done, part), answered);
                if (lost) break;
                done += sent;
                if (!slow) continue;
                asio::steady_timer pause{to.get_executor(), trickle_pause};
                co_await pause.async_wait(answered);
            }
            if (!to.is_open()) break;
        }
        // Whoever hangs up says goodbye to both.
        boost::system::error_code ignored;
        one->bridge.close(ignored);
        one->terminal.close(ignored);
    }

    void cut_all() {
        for (const auto& weak : connections) {
            if (const auto one = weak.lock()) one->cut();
        }
        clear.cancel();
    }
};

wires::wires(int lanes, const std::string& host) : work_{asio::make_work_guard(io_)} {
    for (int i = 0; i < lanes; ++i) {
        auto& made =
            *lanes_.emplace_back(std::make_unique<wire>(io_, asio::ip::make_address(host)));
        asio::co_spawn(io_, made.serve(*this), asio::detached);
    }
    thread_ = std::thread{[this] { io_.run(); }};
}

wires::~wires() {
    work_.reset();
    io_.stop();
    thread_.join();
}

/// Runs there and waits for its end, so that what follows finds it done.
template <class Work>
void wires::on_thread(Work work) const {
    std::promise<void> done;
    asio::post(io_, [&] {
        work();
        done.set_value();
    });
    done.get_future().wait();
}

int wires::port(int lane) const {
    return lanes_.at(static_cast<std::size_t>(lane))->listener.local_endpoint().port();
}

void wires::lead_to(int lane, int port) {
    auto& one = *lanes_.at(static_cast<std::size_t>(lane));
    on_thread([&] { one.target = static_cast<std::uint16_t>(port); });
}

void wires::set(int lane, mood wanted) {
    auto& one = *lanes_.at(static_cast<std::size_t>(lane));
    on_thread([&] {
        one.mood = wanted;
        one.clear.cancel();
    });
}

void wires::cut(int lane) {
    auto& one = *lanes_.at(static_cast<std::size_t>(lane));
    on_thread([&] { one.cut_all(); });
}

void wires::after_bytes(std::uint64_t bytes, std::function<void()> strike) {
    on_thread([&] {
        strike_at_ = passed_ + bytes;
        strike_ = std::move(strike);
    });
}

bool wires::forget_strike() {
    bool waited = false;
    on_thread([&] { waited = std::exchange(strike_, nullptr) != nullptr; });
    return waited;
}

std::size_t wires::pass(std::size_t wanted) {
    if (strike_ && passed_ >= strike_at_) std::exchange(strike_, nullptr)();
    if (strike_) {
        wanted = std::min(wanted, static_cast<std::size_t>(strike_at_ - passed_));
    }
    passed_ += wanted;
    return wanted;
}

}  // namespace tests
