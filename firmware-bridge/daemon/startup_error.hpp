// Why the daemon cannot start: one sentence for people, and what the process exits with.
#pragma once

#include <stdexcept>
#include <string>

#include "firmware-bridge/daemon/options.hpp"

namespace bridge::daemon {

class startup_error : public std::runtime_error {
public:
    startup_error(exit_code code, const std::string& sentence)
        : std::runtime_error{sentence}, code_{code} {}
    [[nodiscard]] exit_code code() const noexcept { return code_; }

private:
    exit_code code_;
};

}  // namespace bridge::daemon
