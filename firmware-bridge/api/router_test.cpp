#include "firmware-bridge/api/router.hpp"

#include <doctest/doctest.h>

#include <boost/json/serialize.hpp>
#include <stdexcept>

#include "firmware-bridge/api/openapi.hpp"
#include "firmware-bridge/api/routes.hpp"
#include "firmware-bridge/api/testing/failing_journal.hpp"
#include "firmware-bridge/api/testing/shop.hpp"

namespace bridge::api {
namespace {

using namespace testing;
using enum sales::payment_status;

/// A body and a path that each POST route takes.
std::string body_for(const route& one) {
    if (one.pattern == "/v1/payments") return sale;
    if (one.pattern.ends_with("/refunds")) return giving_back;
    if (one.pattern.ends_with("/resolve")) return verdict;
    if (one.pattern.ends_with("/display")) return R"({"lines":["Hello"]})";
    return "";
}
std::string path_for(const route& one) {
    std::string path{one.pattern};
    const auto at = path.find("{id}");
    if (at == std::string::npos) return path;
    const auto* id = path.starts_with("/v1/terminals")    ? "lane-1"
                     : path.starts_with("/v1/refunds")    ? "ref_1"
                     : path.starts_with("/v1/operations") ? "op_1"
                                                          : "pay_1";
    return path.replace(at, 4, id);
}

}  // namespace

TEST_SUITE("firmware-bridge/api/router") {
    TEST_CASE("router: every route answers whoever may ask, and nobody less") {
        for (const auto& one : routes()) {
            CAPTURE(one.method);
            CAPTURE(one.pattern);
            if (one.pattern == "/v1/events") continue;  // a stream: events_api_test
            for (const auto caller :
                 {std::optional<role>{}, std::optional{role::viewer}, std::optional{role::cashier},
                  std::optional{role::administrator}}) {
                CAPTURE((caller ? to_string(*caller) : "nobody"));
                shop s;
                const auto answer = ask(s.bridge, {.method = std::string{one.method},
                                                   .target = path_for(one),
                                                   .body = body_for(one),
                                                   .key = "key-1",
                                                   .caller = caller});
                CAPTURE(answer.body);
                if (allows(caller, one.needs)) {
                    CHECK(answer.status == 200);
                    CHECK(answer.noted.route == one.pattern);
                    CHECK(answer.noted.status == 200);
                } else {
                    CHECK(answer.status == (caller ? 403 : 401));
                    CHECK(answer.code() ==
                          (caller ? "role_not_sufficient" : "authentication_required"));
                    CHECK((answer.field("WWW-Authenticate") != "") == !caller);
                    CHECK(s.bridge.asked.empty());
                }
            }
        }
    }

    TEST_CASE("router: a payment reaches the engine as it was asked for, and comes back") {
        shop s;
        const auto made = s.post("/v1/payments", sale);
        CHECK(made.status == 200);
        CHECK(text_of(made.json().at("id")) == "pay_1");
        CHECK(text_of(made.json().at("status")) == "captured");
        CHECK(made.field("Location") == "/v1/payments/pay_1");
        CHECK(made.field("Idempotent-Replayed") == "");
        CHECK(made.noted.object == "pay_1");
        REQUIRE(s.bridge.asked.size() == 1);
        const auto& wanted = std::get<sales::create_payment>(s.bridge.asked[0].what);
        CHECK(wanted.terminal == "lane-1");
        CHECK(wanted.amount == protocol::money{1234, protocol::euro()});
        CHECK(s.bridge.asked[0].idempotency->key == "key-1");
        CHECK_FALSE(s.bridge.asked[0].key_fingerprint);
    }

    TEST_CASE("router: what still runs is answered with 202, a declined payment with 200") {
        shop s;
        struct row {
            sales::payment_status status;
            unsigned code;
        };
        for (const auto& row :
             {row{created, 202}, row{in_progress, 202}, row{declined, 200}, row{unknown, 200}}) {
            CAPTURE(to_string(row.status));
            s.bridge.answer = [row](const auto&) {
                return sales::reply{.outcome = payment_of("pay_9", row.status)};
            };
            CHECK(s.post("/v1/payments", sale).status == row.code);
        }
    }

    TEST_CASE("[M6] router: the engine is told what the journal knows of the key") {
        shop s;
        static_cast<void>(s.post("/v1/payments", sale, "till-7"));
        const auto first = s.bridge.asked.back().idempotency.value();
        s.bridge.commit({.keys = {{"till-7", first.fingerprint, "pay_1"}}});
        s.bridge.answer = [](const auto& again) {
            return sales::reply{.outcome = std::get<sales::payment>(again.key_object),
                                .replayed = true};
        };
        const auto again =
            s.post("/v1/payments?wait=0",
                   R"({ "currency":"EUR", "amount":1234, "terminal":"lane-1" })", "till-7");
        CHECK(again.field("Idempotent-Replayed") == "true");
        CHECK(text_of(again.json().at("id")) == "pay_1");
        CHECK(s.bridge.asked.back().key_fingerprint == first.fingerprint);
        CHECK(s.bridge.asked.back().idempotency->fingerprint == first.fingerprint);
    }

    TEST_CASE("[M6] router: a key that made a refund or a device action brings that one along") {
        shop s;
        s.bridge.commit({.keys = {{"r", "f", "ref_1"}, {"o", "f", "op_1"}}});
        static_cast<void>(s.post("/v1/payments/pay_1/refunds", giving_back, "r"));
        CHECK(std::get<sales::refund>(s.bridge.asked.back().key_object).id == "ref_1");
        CHECK(s.bridge.asked.back().subject->id == "pay_1");
        static_cast<void>(s.post("/v1/terminals/lane-1/diagnosis", "", "o"));
        CHECK(std::get<sales::operation>(s.bridge.asked.back().key_object).id == "op_1");
    }

    TEST_CASE("router: each device action reaches the engine as what it is") {
        using kind = sales::device_action::kind;
        shop s;
        struct row {
            std::string name;
            kind what;
        };
        for (const auto& row :
             {row{"diagnosis", kind::diagnosis}, row{"end-of-day", kind::end_of_day},
              row{"totals", kind::totals}, row{"repeat-receipt", kind::repeat_receipt},
              row{"abort", kind::abort}, row{"display", kind::display},
              row{"reboot", kind::reboot}}) {
            CAPTURE(row.name);
            const auto* body = row.what == kind::display ? R"({"lines":["a","b"]})" : "{}";
            const auto path = "/v1/terminals/lane-1/" + row.name;
            CHECK(s.post(path, body, std::nullopt).status == 200);
            const auto& wanted = std::get<sales::device_action>(s.bridge.asked.back().what);
            CHECK(wanted.what == row.what);
            CHECK(wanted.terminal == "lane-1");
            CHECK(wanted.lines.size() == (row.what == kind::display ? 2 : 0));
            CHECK_FALSE(s.bridge.asked.back().idempotency);
        }
    }

    TEST_CASE("router: capture, cancel and resolve carry the payment and who decided") {
        shop s;
        static_cast<void>(s.post("/v1/payments/pay_1/capture", R"({"amount":7})"));
        CHECK(std::get<sales::capture_payment>(s.bridge.asked.back().what).amount == 7);
        CHECK(s.bridge.asked.back().subject->id == "pay_1");
        static_cast<void>(s.post("/v1/payments/pay_2/cancel"));
        CHECK(std::holds_alternative<sales::cancel_payment>(s.bridge.asked.back().what));
        CHECK(s.bridge.asked.back().subject->id == "pay_2");
        static_cast<void>(s.post("/v1/payments/pay_1/resolve", verdict, std::nullopt));
        const auto& resolved = std::get<sales::resolve_payment>(s.bridge.asked.back().what);
        CHECK(resolved.by == "administrator, uid 0");
        CHECK(resolved.reason == "slip");
    }

    TEST_CASE("router: lists are the newest first, filtered and in pages") {
        shop s;
        using ids = std::vector<std::string>;
        CHECK(ids_of(s.get("/v1/payments")) == ids{"pay_2", "pay_1"});
        CHECK(ids_of(s.get("/v1/payments?status=captured")) == ids{"pay_1"});
        CHECK(ids_of(s.get("/v1/payments?terminal=lane%2D2")) == ids{"pay_2"});
        CHECK(ids_of(s.get("/v1/payments?created_after=1970-01-01T00:00:01Z")) == ids{"pay_2"});
        const auto first = s.get("/v1/payments?limit=1");
        CHECK(ids_of(first) == ids{"pay_2"});
        CHECK(first.json().at("has_more").as_bool());
        const auto rest = s.get("/v1/payments?limit=1&starting_after=pay_2");
        CHECK(ids_of(rest) == ids{"pay_1"});
        CHECK_FALSE(rest.json().at("has_more").as_bool());
        CHECK(ids_of(s.get("/v1/payments?ending_before=pay_1")) == ids{"pay_2"});
        CHECK(ids_of(s.get("/v1/payments/pay_1/refunds")) == ids{"ref_1"});
        CHECK(ids_of(s.get("/v1/payments/pay_2/refunds")).empty());
        CHECK(ids_of(s.get("/v1/terminals")) == ids{"lane-1"});
    }

    TEST_CASE("router: the books are asked with filter and page") {
        shop s;
        s.bridge.books.answer = journal::listing<boost::json::object>{{{{"id", "je_1"}}}, true};
        const auto list =
            s.get("/v1/journal-entries?payment=pay_1&account=card&limit=3&starting_after=je_2");
        CHECK(ids_of(list) == std::vector<std::string>{"je_1"});
        CHECK(list.json().at("has_more").as_bool());
        REQUIRE(s.bridge.books.asked.size() == 1);
        CHECK(s.bridge.books.asked[0].wanted.payment == "pay_1");
        CHECK(s.bridge.books.asked[0].wanted.account == "card");
        CHECK(s.bridge.books.asked[0].page.limit == 3);
        CHECK(s.bridge.books.asked[0].page.starting_after == "je_2");
    }

    TEST_CASE("router: one object is shown by its id") {
        shop s;
        for (const std::string path :
             {"/v1/payments/pay_1", "/v1/refunds/ref_1", "/v1/operations/op_1",
              "/v1/terminals/lane-1", "/v1/payments/pay%5F1"}) {
            CAPTURE(path);
            const auto found = s.get(path);
            CHECK(found.status == 200);
            CHECK(found.json().as_object().contains("object"));
        }
        CHECK(s.get("/v1/payments/pay_2").status == 200);  // it runs; it is found all the same
    }

    TEST_CASE("router: health tells whether payments can be taken") {
        shop s;
        CHECK(s.get("/healthz", std::nullopt).status == 200);
        CHECK(text_of(s.get("/readyz").json().at("status")) == "ready");
        s.bridge.views[0].blocked_by = "pay_1";
        CHECK(text_of(s.get("/readyz").json().at("status")) == "degraded");
        s.bridge.state.journal_ok = false;
        s.bridge.state.journal_error = "no space left";
        const auto down = s.get("/readyz");
        CHECK(down.status == 503);
        CHECK(text_of(down.json().at("journal")) == "no space left");
    }

    TEST_CASE("router: the description names every route, the metrics are Prometheus text") {
        shop s;
        const auto described = s.get("/openapi.json", std::nullopt).json();
        for (const auto& one : routes()) {
            CAPTURE(one.pattern);
            const std::string method{one.method == "GET" ? "get" : "post"};
            CHECK(described.at("paths").at(one.pattern).as_object().contains(method));
        }
        CHECK(s.get("/metrics").body.find("# TYPE") != std::string::npos);
    }

    TEST_CASE("router: HEAD answers as GET does, OPTIONS with the methods") {
        shop s;
        for (const auto& one : routes()) {
            if (one.method != "GET" || one.pattern == "/v1/events") continue;
            CAPTURE(one.pattern);
            const auto path = path_for(one);
            const auto got = s.get(path);
            const auto head = ask(s.bridge, {.method = "HEAD", .target = path});
            CHECK(head.status == got.status);
            CHECK(head.fields == got.fields);
        }
        struct row {
            std::string path, allow;
        };
        for (const auto& row :
             {row{"/v1/payments", "POST, GET, HEAD, OPTIONS"},
              row{"/v1/payments/pay_1/cancel", "POST, OPTIONS"},
              row{"/healthz", "GET, HEAD, OPTIONS"}, row{"*", "GET, HEAD, POST, OPTIONS"}}) {
            CAPTURE(row.path);
            const auto answer =
                ask(s.bridge, {.method = "OPTIONS", .target = row.path, .caller = std::nullopt});
            CHECK(answer.status == 204);
            CHECK(answer.body.empty());
            CHECK(answer.field("Allow") == row.allow);
        }
    }

    TEST_CASE("router: paths and methods that do not exist are told apart") {
        shop s;
        for (const std::string path :
             {"/", "/v1", "/v1/", "/v1/payments/", "/v1/payments//refunds", "/v1/payments/a/b",
              "/V1/payments", "/v1/payments/pay_1/refunds/", "/v2/payments", "/healthz/",
              "/v1/terminals/lane-1/explode", "//v1/payments"}) {
            CAPTURE(path);
            CHECK(s.get(path).code() == "route_unknown");
            CHECK(ask(s.bridge, {.method = "OPTIONS", .target = path}).status == 404);
        }
        for (const std::string method :
             {"PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "get", "FROB"}) {
            CAPTURE(method);
            const auto answer = ask(s.bridge, {.method = method, .target = "/v1/payments"});
            CHECK(answer.status == 405);
            CHECK(answer.code() == "method_not_allowed");
            CHECK(answer.field("Allow") == "POST, GET, HEAD, OPTIONS");
        }
        CHECK(s.post("/healthz").field("Allow") == "GET, HEAD, OPTIONS");
    }

    TEST_CASE("router: the target may be a whole URL; where it leads decides as always") {
        shop s;
        CHECK(s.get("http://bridge/v1/payments/pay_1").status == 200);
        CHECK(s.get("http://127.0.0.1:7707/v1/payments?limit=1").status == 200);
        CHECK(s.get("http://bridge/v1/nothing").code() == "route_unknown");
    }

    TEST_CASE("router: a target that is not understood is refused") {
        shop s;
        for (const std::string target :
             {"", "v1/payments", "/v1/pay ments", "/v1/%zz", "/v1/%", "/v1/payments/a%2Fb",
              "/v1/payments/a%2fb", "/v1/payments/%00", "/v1/payments/%0A", "/v1/payments/%C3%A4",
              "/v1/payments/%20", "/v1/payments?a=%0D%0A", "/v1/payments?%C3%A4=1",
              "/v1/payments?reference=%zz", "/v1/payments#top", "*", "bridge:7707",
              "ftp://bridge/v1/payments"}) {
            CAPTURE(target);
            const auto answer = s.get(target);
            CHECK(answer.code() == "malformed_target");
            CHECK(answer.status == 400);
        }
        // Empty pieces of a query say nothing and are let pass.
        CHECK(s.get("/v1/payments?").status == 200);
        CHECK(s.get("/v1/payments?&&limit=1&").status == 200);
    }

    TEST_CASE("[M9] router: a card number in a path reaches neither log nor answer") {
        shop s;
        for (const auto& what : {question{.target = "/v1/payments/4111111111111111"},
                                 {.target = "/4111111111111111"},
                                 {.target = "/v1/payments?4111111111111111=1"},
                                 {.method = "4111111111111111", .target = "/v1/payments"},
                                 {.target = "/v1/payments?status=4111111111111111"},
                                 {.target = "/v1/events?after=4111111111111111"}}) {
            CAPTURE(what.target);
            const auto answer = ask(s.bridge, what);
            CHECK(answer.status >= 400);
            CHECK(answer.body.find("411111111111") == std::string::npos);
            CHECK(answer.noted.object.find("411111111111") == std::string::npos);
            CHECK(answer.noted.method.find("411111111111") == std::string::npos);
        }
    }

    TEST_CASE("router: an exception of a handler is the bridge's own error, and outcome unknown") {
        shop s;
        s.bridge.answer = [](const auto&) -> sales::reply { throw std::runtime_error{"boom"}; };
        const auto answer = s.post("/v1/payments", sale);
        CHECK(answer.status == 500);
        CHECK(answer.code() == "internal_error");
        CHECK(text_of(answer.json().at("error").at("outcome")) == "unknown");
        CHECK(answer.noted.trouble == "boom");
        CHECK(answer.body.find("boom") == std::string::npos);
    }

    TEST_CASE("router: a journal that cannot be read is no reason to guess") {
        shop s;
        failing_journal broken;
        s.bridge.broken = &broken;
        for (const auto& one : routes()) {
            CAPTURE(one.pattern);
            const bool reads = one.pattern.starts_with("/v1/payments") ||
                               one.pattern.starts_with("/v1/refunds") ||
                               one.pattern.starts_with("/v1/operations");
            if (!reads) continue;
            const auto answer = ask(s.bridge, {.method = std::string{one.method},
                                               .target = path_for(one),
                                               .body = body_for(one),
                                               .key = "key-1"});
            CHECK(answer.code() == "journal_unavailable");
            CHECK(answer.status == 503);
            CHECK(answer.field("Retry-After") == "2");
        }
        CHECK(s.get("/v1/events?after=0").code() == "journal_unavailable");
        CHECK(s.bridge.asked.empty());
    }

    TEST_CASE("router: every refusal of the engine has its row in the table") {
        using sales::refusal_code;
        shop s;
        for (int n = 0; n <= static_cast<int>(refusal_code::shutting_down); ++n) {
            const auto why = static_cast<refusal_code>(n);
            CAPTURE(to_string(why));
            s.refuse(why);
            const auto answer = s.post("/v1/payments", sale);
            CHECK(answer.code() == to_string(why));
            CHECK(answer.status == row(from(why)).status);
            CHECK(answer.noted.code == to_string(why));
        }
    }

    TEST_CASE("router: without books there are no entries") {
        shop s;
        s.bridge.keeps_books = false;
        CHECK(s.get("/v1/journal-entries").code() == "books_not_kept");
        s.bridge.keeps_books = true;
        s.bridge.books.answer = journal::errc::not_found;
        CHECK(s.get("/v1/journal-entries?starting_after=je_9").code() == "cursor_unknown");
    }

    TEST_CASE("router: a wait ends with the change, and with whoever asked") {
        shop s;
        const auto settled =
            ask(s.bridge, {.target = "/v1/payments/pay_2?wait=300"},
                [&](patient_peer&) { s.bridge.commit(payment_of("pay_2", captured, 2'000)); });
        CHECK(text_of(settled.json().at("status")) == "captured");

        s.bridge.commit(payment_of("pay_3", in_progress, 3'000));
        const auto left = ask(s.bridge, {.target = "/v1/payments/pay_3?wait=300"},
                              [](patient_peer& peer) { peer.leave(); });
        CHECK(text_of(left.json().at("status")) == "in_progress");
    }

    TEST_CASE("router: a POST that waits shows what became of the payment meanwhile") {
        shop s;
        s.bridge.commit(payment_of("pay_3", in_progress, 3'000));
        s.bridge.answer = [](const auto&) {
            return sales::reply{.outcome = payment_of("pay_3", in_progress, 3'000)};
        };
        const auto made = ask(
            s.bridge,
            {.method = "POST", .target = "/v1/payments?wait=300", .body = sale, .key = "key-3"},
            [&](patient_peer&) {
                asio::post(s.io, [&] { s.bridge.commit(payment_of("pay_3", declined, 3'000)); });
            });
        CHECK(made.status == 200);
        CHECK(text_of(made.json().at("status")) == "declined");
        s.bridge.changes().close();  // the daemon stops: nobody waits any more
        s.bridge.commit(payment_of("pay_3", in_progress, 3'000));
        CHECK(s.post("/v1/payments?wait=300", sale).status == 202);
    }
}

}  // namespace bridge::api
