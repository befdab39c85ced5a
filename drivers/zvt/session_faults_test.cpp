// A payment that fails at every step in turn: the link is cut, or the terminal falls silent,
// before, inside and after each message. Whatever happens, the promises of drivers/terminal.hpp
// hold.
#include <doctest/doctest.h>

#include "tests/support/session_rig.hpp"

using namespace support;
using drivers::framing;

namespace {

enum class failure : std::uint8_t { none, cut, silence };
enum class point : std::uint8_t { before, inside, unanswered, after };

const std::vector<std::string>& messages() {
    static const std::vector<std::string> all{
        "80 00 00",          "04 FF 01 0A",
        "04 FF 02 04 02",    "04 0F 13 27 00 04 00 00 00 00 12 34 0B 00 01 23 49 09 78 87 00 42",
        "06 D1 03 00 41 42", "06 D3 09 06 07 25 05 07 00 09 01 C0",
        "06 0F 00",
    };
    return all;
}

constexpr std::size_t result_at = 3;

struct fault {
    framing wire{};
    std::size_t message{};
    point where{};
    failure what{};
};

/// Plays one payment up to the fault and ten quiet minutes behind it, on a link that opens again.
class run {
public:
    explicit run(const fault& wanted) : fault_{wanted}, rig_{{.framing = wanted.wire}} {
        rig_.log_in();
        rig_.start(payment(1234));
        rig_.heard();
        for (at_ = 0; at_ < messages().size() && !failed_; ++at_) step();
        live_on();
    }

    session_rig& rig() { return rig_; }
    /// Messages that the machine has received whole.
    [[nodiscard]] std::size_t received() const { return received_; }
    [[nodiscard]] bool acknowledged() const { return acknowledged_; }

private:
    bool due(point where) {
        if (fault_.what == failure::none || at_ != fault_.message || where != fault_.where) {
            return false;
        }
        failed_ = true;
        if (fault_.what == failure::cut) {
            rig_.machine->link_closed(drivers::errc::link_lost, rig_.now);
            rig_.drain();
            cut_ = true;
        }
        return true;
    }

    void step() {
        if (due(point::before)) return;
        const auto apdu = hex(messages()[at_]);
        const auto wire = fault_.wire == framing::serial ? framed(apdu) : apdu;
        if (fault_.message == at_ && fault_.where == point::inside) {
            rig_.machine->receive(std::span{wire}.first(wire.size() / 2), rig_.now);
            rig_.drain();
            if (due(point::inside)) return;
        }
        rig_.machine->receive(wire, rig_.now);
        ++received_;
        if (due(point::unanswered)) return;  // what it says to it stays with the link
        rig_.drain();
        if (at_ == result_at) {
            check_unanswered();
            rig_.acknowledge();
            acknowledged_ = true;
        }
        take_answers();
        static_cast<void>(due(point::after));
    }

    void check_unanswered() {
        for (const auto& out : rig_.sent) CHECK(out.size() == 1);  // at most the link's ACK
    }

    void take_answers() {
        while (!rig_.sent.empty()) {
            const bool frame = rig_.sent.front().size() > 1;
            rig_.sent.pop_front();
            if (rig_.serial && frame) rig_.wire("06");
        }
    }

    void live_on() {
        if (cut_) rig_.open();
        for (int second = 0; second < 600; ++second) {
            rig_.pass(1s);
            if (rig_.close_wishes.empty()) continue;
            rig_.close_wishes.clear();
            rig_.close();
            rig_.open();
        }
    }

    fault fault_;
    session_rig rig_;
    std::size_t at_{};
    std::size_t received_{};
    bool failed_{};
    bool cut_{};
    bool acknowledged_{};
};

}  // namespace

TEST_SUITE_BEGIN("drivers/zvt/session");

TEST_CASE(
    "[M2][M3][M4] session: a payment that fails at any step ends once, is sent once, and is never "
    "called done") {
    for (const auto wire : {framing::stream, framing::serial}) {
        for (std::size_t message = 0; message < messages().size(); ++message) {
            for (const auto where :
                 {point::before, point::inside, point::unanswered, point::after}) {
                for (const auto what : {failure::cut, failure::silence}) {
                    CAPTURE(static_cast<int>(wire));
                    CAPTURE(message);
                    CAPTURE(static_cast<int>(where));
                    CAPTURE(static_cast<int>(what));
                    run fails{{wire, message, where, what}};
                    const auto end = fails.rig().ended();
                    CHECK(fails.rig().money_frames == 1);
                    const bool complete = fails.received() == messages().size();
                    CHECK((end.outcome == how::completed) == complete);
                    if (!complete) {
                        CHECK(end.outcome == how::lost);
                        CHECK(end.error);
                    }
                    const auto results = fails.rig().all<drivers::result_received>().size();
                    CHECK(results == (fails.received() > result_at ? 1 : 0));
                    const auto proofs = fails.rig().all<drivers::acknowledgement_seen>().size();
                    CHECK(proofs <= (fails.acknowledged() ? 1 : 0));
                }
            }
        }
    }
}

TEST_CASE("session: the same payment without a fault completes") {
    for (const auto wire : {framing::stream, framing::serial}) {
        run works{{wire, 0, point::before, failure::none}};
        CHECK(works.rig().ended().outcome == how::completed);
        CHECK(works.rig().all<drivers::acknowledgement_seen>().size() == 1);
        CHECK(works.rig().all<drivers::receipt_text>().size() == 1);
    }
}

TEST_SUITE_END();
