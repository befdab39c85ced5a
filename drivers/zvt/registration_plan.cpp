#include "drivers/zvt/registration_plan.hpp"

#include <algorithm>
#include <optional>

#include "protocol/zvt/codes.hpp"

namespace drivers::zvt {
namespace {

namespace wire = protocol::zvt;

constexpr int silences_with_tlv = 2;
constexpr int most_silences = 3;

/// CC behind 6F, bare or as BMP 49.
std::optional<protocol::currency> currency_told(std::span<const std::uint8_t> data) {
    constexpr std::uint8_t currency_bmp = 0x49;
    if (data.size() >= 3 && data[0] == currency_bmp) data = data.subspan(1);
    if (data.size() < 2) return std::nullopt;
    unsigned number = 0;
    for (const auto byte : data.first(2)) {
        if (byte >> 4U > 9 || (byte & 0x0FU) > 9) return std::nullopt;
        number = number * 100U + (byte >> 4U) * 10U + (byte & 0x0FU);
    }
    const auto known = protocol::currency::from_number(static_cast<std::uint16_t>(number));
    return known ? std::optional{*known} : std::nullopt;
}

}  // namespace

registration_plan::registration_plan(const session_options& options)
    : timers_{options.timers},
      currency_{options.currency},
      framing_{options.framing},
      pause_{options.timers.registration_retry} {}

registration_form registration_plan::form() const noexcept {
    return tlv_refused_ || silences_ >= silences_with_tlv ? registration_form::without_tlv
                                                          : registration_form::with_tlv;
}

void registration_plan::succeeded() noexcept {
    silences_ = 0;
    pause_ = timers_.registration_retry;
}

std::string registration_plan::settings() const {
    return "check that ZVT is switched on at the terminal, that the register's address and " +
           std::string{framing_ == framing::serial ? "baud rate (and 8N2/8N1)" : "port"} +
           " are the terminal's, and that its currency is " + std::string{currency_.code()};
}

registration_plan::next_step registration_plan::unanswered(heard came, bool rejected) {
    using enum next_step::what;
    if (rejected) {
        return {give_up,
                {},
                errc::link_speaks_other_protocol,
                "the other side rejects every frame (NAK): " + settings()};
    }
    if (came == heard::garbage) {
        return {give_up,
                {},
                errc::link_speaks_other_protocol,
                "bytes come back, but no ZVT message: another protocol, or another baud rate; " +
                    settings()};
    }
    if (++silences_ < most_silences) return {again, {}, {}, {}};
    silences_ = 0;
    return {give_up,
            {},
            errc::timeout,
            "no answer to the registration, with and without TLV; some terminals ignore one in "
            "the wrong currency: " +
                settings()};
}

registration_plan::next_step registration_plan::refused(const ending& end,
                                                        std::span<const std::uint8_t> data) {
    using enum next_step::what;
    if (end.busy) return {wait, timers_.busy_retry, {}, "the terminal is busy: " + end.text};
    const bool about_currency = end.code == wire::code::wrong_currency;
    if (!about_currency && form() == registration_form::with_tlv) {
        tlv_refused_ = true;
        return {again, {}, {}, {}};
    }
    return refused_for_good(end, data);
}

registration_plan::next_step registration_plan::refused_for_good(
    const ending& end, std::span<const std::uint8_t> data) {
    next_step step{next_step::what::wait, pause_, errc::registration_refused, {}};
    pause_ = std::min(pause_ * 2, timers_.registration_retry_longest);
    if (end.code == wire::code::wrong_currency) {
        step.detail = "the terminal does not take " + std::string{currency_.code()};
        if (const auto told = currency_told(data)) {
            step.detail += ", it works in " + std::string{told->code()};
        }
        step.detail += ": set the same currency here and there";
    } else {
        tlv_refused_ = false;  // it was not the container: begin with it the next time
        step.detail = "the terminal refused the registration (" + end.text +
                      "): check the password, and what the terminal shows";
    }
    return step;
}

}  // namespace drivers::zvt
