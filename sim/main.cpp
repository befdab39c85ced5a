// terminal-emulator: an EMV payment terminal with its card holder and its acquirer.
#include <fmt/format.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "sim/control.hpp"
#include "sim/fault_script.hpp"
#include "sim/front/http.hpp"
#include "sim/front/pty.hpp"
#include "sim/front/shell.hpp"
#include "sim/options.hpp"

namespace sim {
namespace {

namespace asio = boost::asio;

/// What the wall clock of this place shows: receipts carry local time.
wall_time local_wall_time() {
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    ::localtime_r(&now, &local);
    return wall_time{std::chrono::seconds{now + local.tm_gmtoff}};
}

asio::ip::tcp::endpoint resolve(asio::io_context& context, const tcp_address& address) {
    asio::ip::tcp::resolver resolver{context};
    return *resolver
                .resolve(address.host, std::to_string(address.port),
                         asio::ip::tcp::resolver::passive)
                .begin();
}

/// One terminal with all that is its own.
struct unit {
    std::unique_ptr<record_store> memory;
    station place;
    shell front;

    unit(std::unique_ptr<record_store> store, const options& chosen, std::size_t index,
         acquirer& host, asio::io_context& context)
        : memory{std::move(store)},
          place{config_of(chosen, index), chosen.timers, *memory, host,
                local_wall_time(),        shell::now()},
          front{context, place} {}

    static terminal_config config_of(const options& chosen, std::size_t index) {
        auto config = chosen.terminal;
        config.terminal_id += static_cast<std::uint32_t>(index);
        config.seed += index;
        return config;
    }
};

std::unique_ptr<record_store> open_memory(const options& chosen, std::size_t index) {
    if (!chosen.state) return std::make_unique<record_in_memory>();
    const auto name =
        index == 0 ? std::string{"terminal.json"} : fmt::format("terminal-{}.json", index + 1);
    return std::make_unique<record_file>(*chosen.state / name);
}

std::unique_ptr<log_store> open_books(const options& chosen) {
    if (!chosen.state) return std::make_unique<log_in_memory>();
    return std::make_unique<log_file>(*chosen.state / "acquirer.log");
}

void say_ready(const std::string& what) { std::cout << "ready " << what << std::endl; }

std::unique_ptr<port> open_port(const link_address& link, unit& one, std::size_t index,
                                station::lane lane, const options& chosen,
                                asio::io_context& context) {
    if (const auto* pty = std::get_if<pty_path>(&link)) {
        return std::make_unique<pty_port>(one.front, lane, pty->path);
    }
    auto endpoint = resolve(context, std::get<tcp_address>(link));
    if (endpoint.port() != 0) {
        endpoint.port(static_cast<std::uint16_t>(endpoint.port() + index));
    }
    return std::make_unique<tcp_port>(one.front, lane, endpoint, chosen.second);
}

void attach_links(unit& one, std::size_t index, const options& chosen, asio::io_context& context) {
    for (const auto& link : chosen.links) {
        const auto nature =
            std::holds_alternative<tcp_address>(link) ? link_nature::stream : link_nature::serial;
        const auto lane = one.place.add_line(nature, shell::now());
        auto way = open_port(link, one, index, lane, chosen, context);
        say_ready(way->name());
        one.front.attach(std::move(way), lane);
    }
    one.front.poke();
}

std::vector<fault> read_faults(const options& chosen) {
    if (!chosen.faults) return {};
    std::ifstream file{*chosen.faults, std::ios::binary};
    if (!file) throw std::runtime_error{"cannot read " + chosen.faults->string()};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    auto parsed = parse_fault_script(text);
    if (const auto* error = std::get_if<script_error>(&parsed)) {
        throw std::runtime_error{chosen.faults->string() + ": " + error->what};
    }
    return std::get<std::vector<fault>>(std::move(parsed));
}

int run(const options& chosen) {
    asio::io_context context{1};
    if (chosen.state) std::filesystem::create_directories(*chosen.state);
    const auto books = open_books(chosen);
    acquirer host{*books};
    const auto faults = read_faults(chosen);
    std::vector<std::unique_ptr<unit>> units;
    for (std::size_t index = 0; index < chosen.terminals; ++index) {
        units.push_back(
            std::make_unique<unit>(open_memory(chosen, index), chosen, index, host, context));
        for (const auto& one : faults) units.back()->place.faults().add(one);
        if (chosen.manual) units.back()->place.terminal().remove_card(shell::now());
        attach_links(*units.back(), index, chosen, context);
    }
    std::vector<station*> places;
    places.reserve(units.size());
    for (const auto& one : units) places.push_back(&one->place);
    control api{places, host};
    std::optional<http_server> server;
    if (chosen.control) {
        server.emplace(context, resolve(context, *chosen.control), api, [&] {
            for (const auto& one : units) one->front.poke();
        });
        const auto at = server->endpoint();
        say_ready(fmt::format("control:http://{}:{}", at.address().to_string(), at.port()));
    }
    asio::signal_set stop{context, SIGTERM, SIGINT};
    stop.async_wait([&](const boost::system::error_code& error, int) {
        if (!error) context.stop();
    });
    context.run();
    return 0;
}

}  // namespace
}  // namespace sim

int main(int argc, char** argv) {
    const auto read = sim::read_options(argc, argv);
    if (const auto* ended = std::get_if<sim::exit_code>(&read)) return ended->value;
    try {
        return sim::run(std::get<sim::options>(read));
    } catch (const std::exception& error) {
        std::cerr << "terminal-emulator: " << error.what() << '\n';
        return 1;
    }
}
