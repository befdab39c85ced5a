#include <sys/random.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/json/serialize.hpp>
#include <exception>
#include <fstream>
#include <ostream>
#include <stdexcept>

#include "firmware-bridge/bridgectl/commands.hpp"
#include "firmware-bridge/bridgectl/render.hpp"

namespace bridge::bridgectl {

bool session::connect() {
    auto parsed = parse_address(url);
    if (!parsed.error.empty()) {
        err << "bridgectl: --url \"" << url << "\": " << parsed.error << '\n';
        return false;
    }
    std::string token;
    if (!token_file.empty()) {
        std::ifstream file{token_file};
        if (!std::getline(file, token) || token.empty()) {
            err << "bridgectl: no token can be read from " << token_file << '\n';
            return false;
        }
    }
    api.emplace(io.get_executor(), std::move(parsed.value), std::move(token));
    return true;
}

void session::run(asio::awaitable<void> work) {
    asio::co_spawn(io, std::move(work), [](const std::exception_ptr& failed) {
        if (failed) std::rethrow_exception(failed);
    });
    io.restart();
    io.run();
}

protocol::result<http_answer> session::ask(http_request wanted) {
    protocol::result<http_answer> answer{client_errc::no_answer};
    run([](client& via, http_request what,
           protocol::result<http_answer>& into) -> asio::awaitable<void> {
        into = co_await via.send(std::move(what));
    }(*api, std::move(wanted), answer));
    return answer;
}

exit_code session::explain(protocol::error_code why) {
    err << "bridgectl: " << to_string(api->where()) << ": " << why.message();
    if (!api->reason().empty()) err << ": " << api->reason();
    err << '\n';
    if (why != client_errc::unreachable) return exit_code::error;
    err << "Is firmware-bridge running? --url or BRIDGE_URL says where.\n";
    return exit_code::unreachable;
}

exit_code session::explain(const http_answer& answer) {
    const auto* body = answer.body.if_object();
    const auto* error = body == nullptr ? nullptr : object_of(*body, "error");
    if (error == nullptr) {
        err << "bridgectl: the daemon answered " << answer.status << " without a reason\n";
        return exit_code::error;
    }
    if (json) out << boost::json::serialize(*body) << '\n';
    err << "bridgectl: " << text_of(*error, "message") << " [" << text_of(*error, "code") << "]\n";
    if (answer.status == 401)
        err << "Give the token with --token-file or BRIDGE_TOKEN_FILE; the administrator's is "
               "admin.token in the daemon's state directory.\n";
    if (text_of(*error, "outcome") == "unknown") return exit_code::unknown;
    return text_of(*error, "type") == "api_error" ? exit_code::error : exit_code::refused;
}

void session::show(const http_answer& answer, const painter& human) {
    const auto* body = answer.body.if_object();
    if (json || body == nullptr)
        out << answer.text << (answer.text.ends_with('\n') ? "" : "\n");
    else
        human(out, *body);
}

exit_code session::wrong(std::string_view sentence) {
    err << "bridgectl: " << sentence << '\n';
    return exit_code::error;
}

CLI::App* commands::add(const std::string& name, const std::string& does,
                        const std::string& examples, std::function<exit_code()> run) {
    return add_to(app, name, does, examples, std::move(run));
}

CLI::App* commands::add_to(CLI::App& parent, const std::string& name, const std::string& does,
                           const std::string& examples, std::function<exit_code()> run) {
    auto* command = parent.add_subcommand(name, does);
    command->footer("\nExamples:\n" + examples);
    command->callback([this, run = std::move(run)] {
        chosen = [this, run] { return with.connect() ? run() : exit_code::error; };
    });
    return command;
}

exit_code verdict_of(const boost::json::object& object) {
    const auto status = text_of(object, "status");
    for (const auto* done : {"captured", "authorized", "voided", "succeeded", "created",
                             "in_progress", "pending", "running"})
        if (status == done) return exit_code::ok;
    return status == "unknown" ? exit_code::unknown : exit_code::declined;
}

std::string new_idempotency_key() {
    std::array<unsigned char, 16> random{};
    if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size()))
        throw std::runtime_error{"the system gives no random numbers"};
    std::string key = "bridgectl-";
    for (const auto byte : random) {
        constexpr std::string_view hex = "0123456789abcdef";
        key += hex[byte >> 4];
        key += hex[byte & 15];
    }
    return key;
}

}  // namespace bridge::bridgectl
