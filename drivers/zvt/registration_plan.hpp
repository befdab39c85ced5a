// What to try next when a terminal does not take our registration, and what to tell the people who
// have to put it right.
//
// Some terminals answer a registration they do not like (another currency, a container they do not
// know) with an error, some with silence. So: twice in full, once without TLV, then say so and have
// the link opened anew. A refusal of the container goes straight to the form without it.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>

#include "drivers/terminal.hpp"
#include "drivers/zvt/dialogue.hpp"
#include "drivers/zvt/requests.hpp"

namespace drivers::zvt {

/// What came on the link while the terminal stayed silent.
enum class heard : std::uint8_t { nothing, messages, garbage };

class registration_plan {
public:
    explicit registration_plan(const session_options&);

    struct next_step {
        enum class what : std::uint8_t { again, wait, give_up } action{};
        std::chrono::milliseconds pause{};  // wait
        error_code reason;                  // wait, give_up: none while the terminal is only busy
        std::string detail;
    };

    [[nodiscard]] registration_form form() const noexcept;
    void link_opened() noexcept { silences_ = 0; }
    void succeeded() noexcept;
    /// No answer, or every frame rejected by NAK.
    [[nodiscard]] next_step unanswered(heard, bool rejected);
    /// 84 xx or 06 1E. `data` is what stands behind the code.
    [[nodiscard]] next_step refused(const ending&, std::span<const std::uint8_t> data);

private:
    [[nodiscard]] next_step refused_for_good(const ending&, std::span<const std::uint8_t> data);
    [[nodiscard]] std::string settings() const;

    session_timers timers_;
    protocol::currency currency_;
    framing framing_;
    bool tlv_refused_{};
    int silences_{};
    std::chrono::milliseconds pause_;
};

}  // namespace drivers::zvt
