// A bridge with something in its journal, and a short way to ask it.
#pragma once

#include <boost/json/array.hpp>

#include "firmware-bridge/api/testing/ask.hpp"

namespace bridge::api::testing {

inline const std::string sale = R"({"terminal":"lane-1","amount":1234,"currency":"EUR"})";
inline const std::string giving_back = R"({"amount":1,"reason":"broken"})";
inline const std::string verdict = R"({"outcome":"captured","reason":"slip"})";

/// Two payments, a refund of the first and a device action are in the journal.
struct shop {
    asio::io_context io;
    scripted_service bridge{io};

    shop() {
        auto first = payment_of("pay_1", sales::payment_status::captured, 1'000);
        first.refunded = 100;
        auto second = payment_of("pay_2", sales::payment_status::in_progress, 2'000);
        second.terminal = "lane-2";
        sales::refund back;
        back.id = "ref_1";
        back.payment = "pay_1";
        back.amount = {100, protocol::euro()};
        back.status = sales::refund_status::succeeded;
        sales::operation action;
        action.id = "op_1";
        action.terminal = "lane-1";
        action.kind = "diagnosis";
        action.status = sales::operation::state::succeeded;
        bridge.commit({.events = {scripted_service::event_of("payment.updated", "pay_1")},
                       .payments = {first, second},
                       .refunds = {back},
                       .operations = {action}});
    }
    [[nodiscard]] shown get(std::string target, std::optional<role> caller = role::viewer) {
        return ask(bridge, {.target = std::move(target), .caller = caller});
    }
    [[nodiscard]] shown post(std::string target, std::string body = "",
                             std::optional<std::string> key = "key-1") {
        return ask(bridge, {.method = "POST",
                            .target = std::move(target),
                            .body = std::move(body),
                            .key = std::move(key)});
    }
    void refuse(sales::refusal_code why) {
        bridge.answer = [why](const auto&) {
            return sales::reply{.outcome = sales::refusal{why, "No."}};
        };
    }
};

[[nodiscard]] inline std::string text_of(const boost::json::value& value) {
    return std::string{value.as_string()};
}

[[nodiscard]] inline std::vector<std::string> ids_of(const shown& list) {
    std::vector<std::string> ids;
    const auto parsed = list.json();
    for (const auto& one : parsed.at("data").as_array()) ids.push_back(text_of(one.at("id")));
    return ids;
}

}  // namespace bridge::api::testing
