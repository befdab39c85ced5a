// firmware-bridge: the daemon. See daemon/daemon.hpp for what it is made of, README.md for how to
// run it.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <iostream>

#include "firmware-bridge/daemon/daemon.hpp"
#include "firmware-bridge/daemon/startup_error.hpp"
#include "firmware-bridge/daemon/version.hpp"

namespace {

using namespace bridge::daemon;

exit_code check(const config_read& read) {
    for (const auto& error : read.errors) std::cerr << to_string(error) << '\n';
    if (!read.errors.empty()) return exit_code::failed;
    std::cout << "OK: " << summary(read.values) << '\n';
    return exit_code::ok;
}

exit_code serve(const options& given, const config_read& read) {
    bridge::daemon::log logs{read.values.log};
    logs.info(std::string{"firmware-bridge "} + version + ", " + summary(read.values));
    boost::asio::io_context io{1};
    bridge::daemon::daemon bridge{io, read.values, logs, [&given] { return configuration(given); }};
    auto ended = exit_code::failed;
    std::exception_ptr thrown;
    boost::asio::co_spawn(io, bridge.run(), [&](std::exception_ptr why, exit_code code) {
        thrown = std::move(why);
        ended = code;
    });
    io.run();
    if (thrown) std::rethrow_exception(thrown);
    return ended;
}

exit_code run(int argc, const char* const* argv) {
    const auto parsed = parse_options(argc, argv);
    if (parsed.exit) return *parsed.exit;
    const auto read = configuration(parsed.values);
    if (parsed.values.check_config) return check(read);
    if (!read.errors.empty()) {
        static_cast<void>(check(read));
        return exit_code::configuration;
    }
    return serve(parsed.values, read);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return static_cast<int>(run(argc, argv));
    } catch (const startup_error& error) {
        std::cerr << "firmware-bridge: " << error.what() << '\n';
        return static_cast<int>(error.code());
    } catch (const std::exception& error) {
        std::cerr << "firmware-bridge: " << error.what() << '\n';
        return static_cast<int>(exit_code::failed);
    }
}
