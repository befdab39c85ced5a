// Each named fault of the emulator on a sale, with daemon and emulator as processes: the right
// verdict, no hang, the money ties out, and the next sale works.

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/shop.hpp"

using tests::shop;
using tests::text_of;

namespace {

/// What may become of the sale. `either`: the terminal decides by its own timing whether it stored
/// it; the books must agree all the same.
enum class verdict { captured, not_charged, either };

struct row {
    const char* name;
    const char* fault;  // JSON; "" = none
    verdict expected;
    std::int64_t amount{1200};
};

constexpr row on_every_wire[] = {
    {"link cut before the status information", R"({"name":"link_cut","message":"04 0F","byte":0})",
     verdict::either},
    {"link cut inside the status information", R"({"name":"link_cut","message":"04 0F","byte":20})",
     verdict::either},
    {"link cut after the status information", R"({"name":"link_cut","message":"04 0F"})",
     verdict::either},
    {"link cut before the command is answered",
     R"({"name":"link_cut","message":"answer","byte":0})", verdict::either},
    {"link cut before the completion", R"({"name":"link_cut","message":"06 0F","byte":0})",
     verdict::either},
    {"noise before the status information", R"({"name":"noise","message":"04 0F","count":7})",
     verdict::either},
    {"slow bytes beyond T1", R"({"name":"slow_bytes","message":"04 0F","byte":5,"ms":300})",
     verdict::either},
    {"split into single bytes", R"({"name":"split","message":"04 0F","count":1,"ms":1})",
     verdict::captured},
    {"two messages in one segment", R"({"name":"glue","message":"answer"})", verdict::captured},
    {"a question held back until its answer is overdue", R"({"name":"glue","message":"04 FF"})",
     verdict::either},
    {"busy", R"({"name":"busy","message":"06 01"})", verdict::not_charged},
    {"refused with data", R"({"name":"refusal_with_data","message":"06 01"})",
     verdict::not_charged},
    {"84 00 00 instead of 80 00 00", R"({"name":"alternative_acknowledgement"})",
     verdict::captured},
    {"no 80 00 00 but the direct answer", R"({"name":"direct_answer"})", verdict::captured},
    {"command that vanishes", R"({"name":"deaf","message":"06 01"})", verdict::not_charged},
    {"status information lost", R"({"name":"status_lost"})", verdict::either},
    {"completion lost", R"({"name":"completion_lost"})", verdict::captured},
    {"completion without status", R"({"name":"completion_without_status"})", verdict::captured},
    {"status without completion", R"({"name":"status_without_completion"})", verdict::captured},
    {"completion that carries the result", R"({"name":"completion_carries_result"})",
     verdict::captured},
    {"status information repeated", R"({"name":"status_repeated","count":3})", verdict::captured},
    {"receipts before the status", R"({"name":"receipt_before_status"})", verdict::captured},
    {"a print that the terminal believes refused", R"({"name":"print_refused"})",
     verdict::captured},
    {"the terminal prints itself", R"({"name":"prints_itself"})", verdict::captured},
    {"stale messages of the command before", R"({"name":"stale_messages","message":"04 FF"})",
     verdict::either},
    {"message repeated", R"({"name":"message_repeated","message":"04 0F"})", verdict::captured},
    {"extended length", R"({"name":"extended_length","message":"04 0F"})", verdict::captured},
    {"unknown BMP", R"({"name":"unknown_bmp","message":"04 0F"})", verdict::captured},
    {"unknown tags", R"({"name":"unknown_tag","message":"04 0F"})", verdict::captured},
    {"wrong length", R"({"name":"wrong_length","message":"04 0F","count":3})", verdict::either},
    {"declined, completed all the same", R"({"name":"completion_after_refusal"})",
     verdict::not_charged, 1205},
    {"declined, then silence", R"({"name":"negative_status_without_end"})", verdict::not_charged,
     1205},
    {"no amount in the result", R"({"name":"missing_field","value":"amount"})", verdict::captured},
    {"no trace in the result", R"({"name":"missing_field","value":"trace"})", verdict::captured},
    {"a masked PAN of another form", R"({"name":"pan_form","value":"hidden"})", verdict::captured},
    {"a receipt of 4 KiB", R"({"name":"long_receipt"})", verdict::captured},
    {"power lost before the approval is stored",
     R"({"name":"power_loss","message":"04 0F","byte":0,"ms":300})", verdict::not_charged},
    {"power lost after the status information",
     R"({"name":"power_loss","message":"04 0F","ms":300})", verdict::either},
    {"power lost before the completion",
     R"({"name":"power_loss","message":"06 0F","byte":0,"ms":300})", verdict::captured},
};

constexpr row on_serial[] = {
    {"ACK lost", R"({"name":"ack_lost"})", verdict::either},
    {"ACK twice", R"({"name":"ack_duplicated"})", verdict::captured},
    {"ACK garbled", R"({"name":"ack_garbled"})", verdict::either},
    {"NAK storm", R"({"name":"nak_storm","message":"06 01","times":5})", verdict::not_charged},
    {"one NAK", R"({"name":"nak_storm","message":"06 01","times":1})", verdict::captured},
    {"bad CRC", R"({"name":"bad_crc","message":"04 0F"})", verdict::captured},
};

/// A person looks at the acquirer's list and settles what stayed unknown.
void settle_by_hand(const shop& here, std::int64_t charged_before) {
    for (const auto& one : here.payments()) {
        if (text_of(one, "status") != "unknown") continue;
        const bool charged = here.charged() != charged_before;
        const auto settled =
            here.api("POST", "/v1/payments/" + text_of(one, "id") + "/resolve",
                     std::string{R"({"outcome":")"} + (charged ? "captured" : "not_charged") +
                         R"(","reason":"acquirer's list"})",
                     "resolve-" + text_of(one, "id"));
        CHECK(settled.status == 200);
    }
}

void run(shop& here, const row& one, int number) {
    INFO(std::string{one.name});
    const auto before = here.charged();
    here.add_fault(one.fault);
    const auto key = "fault-" + std::to_string(number);
    const auto sale = here.sell(one.amount, key);
    here.clear_faults();
    REQUIRE(sale.is_object());
    const auto id = text_of(sale, "id");
    REQUIRE_FALSE(id.empty());
    tests::wait_until(
        std::string{"an end of: "} + one.name,
        [&] {
            const auto status = text_of(here.payment(id), "status");
            return status != "created" && status != "in_progress";
        },
        std::chrono::seconds{60});
    if (text_of(here.payment(id), "status") == "unknown") {
        // The terminal may still settle it by itself when it can answer again.
        settle_by_hand(here, before);
        tests::short_pause();
    }
    const auto status = text_of(here.payment(id), "status");
    const auto after = here.charged();
    CAPTURE(status);
    switch (one.expected) {
        case verdict::captured: CHECK(status == "captured"); break;
        case verdict::not_charged: CHECK((status == "declined" || status == "cancelled")); break;
        case verdict::either:
            CHECK((status == "captured" || status == "declined" || status == "cancelled"));
            break;
    }
    CHECK((status == "captured") == (after != before));
    tests::wait_until("the terminal after " + std::string{one.name},
                      [&] { return here.terminal_ready(); });
    const auto next = here.sell(100, key + "-next");
    CHECK(text_of(next, "status") == "captured");
    here.check_books();
}

}  // namespace

TEST_SUITE_BEGIN("integration/fault");

TEST_CASE("[M4] every named fault over TCP: right verdict, no hang, the books tie out") {
    shop here{shop::wire::tcp};
    here.open();
    int number = 0;
    for (const auto& one : on_every_wire) run(here, one, ++number);
}

TEST_CASE(
    "[M4] every named fault over a pseudo terminal: right verdict, no hang, the books tie out") {
    shop here{shop::wire::pty};
    here.open();
    int number = 0;
    for (const auto& one : on_every_wire) run(here, one, ++number);
    for (const auto& one : on_serial) run(here, one, ++number);
}

TEST_CASE("another protocol on the link is named, not just timed out") {
    shop here{shop::wire::tcp};
    here.add_fault(R"({"name":"other_protocol","message":"any","times":0})");
    here.start_bridge();
    tests::wait_until("the daemon to name it", [&] {
        const auto answer = here.api("GET", "/v1/terminals/lane-1");
        return answer.status == 200 && answer.body.find("does not speak") != std::string::npos;
    });
    CHECK_FALSE(here.terminal_ready());
}

TEST_SUITE_END();
