// A journal for tests that waits for each answer.
#pragma once

#include <functional>
#include <optional>

#include "firmware-bridge/journal/journal.hpp"

namespace bridge::journal::testing {

class client {
public:
    virtual ~client() = default;

    [[nodiscard]] virtual journal& opened() = 0;
    /// Closes the journal as a process that ends does, and opens it again on the same disk.
    virtual void restart() = 0;
    /// Lets the journal work until `done`.
    virtual void wait(const std::function<bool()>& done) = 0;

    auto commit(batch step) {
        return ask<std::uint64_t>([&](auto h) { opened().commit(std::move(step), h); });
    }
    auto load_open() {
        return ask<open_state>([&](auto h) { opened().load_open(h); });
    }
    auto find_payment(const std::string& id) {
        return ask<sales::payment>([&](auto h) { opened().find_payment(id, h); });
    }
    auto find_refund(const std::string& id) {
        return ask<sales::refund>([&](auto h) { opened().find_refund(id, h); });
    }
    auto find_operation(const std::string& id) {
        return ask<sales::operation>([&](auto h) { opened().find_operation(id, h); });
    }
    auto find_key(const std::string& key) {
        return ask<std::optional<key_claim>>([&](auto h) { opened().find_key(key, h); });
    }
    auto list_payments(const payment_filter& filter, const page& wanted) {
        return ask<listing<sales::payment>>(
            [&](auto h) { opened().list_payments(filter, wanted, h); });
    }
    auto list_refunds(const std::string& payment, const page& wanted) {
        return ask<listing<sales::refund>>(
            [&](auto h) { opened().list_refunds(payment, wanted, h); });
    }
    auto events_after(std::uint64_t after, std::size_t limit) {
        return ask<std::vector<stored_event>>(
            [&](auto h) { opened().events_after(after, limit, h); });
    }
    auto last_sequence() {
        return ask<std::uint64_t>([&](auto h) { opened().last_sequence(h); });
    }
    auto find_bookmark(const std::string& follower) {
        return ask<std::uint64_t>([&](auto h) { opened().find_bookmark(follower, h); });
    }

private:
    template <class T, class Call>
    protocol::result<T> ask(Call call) {
        std::optional<protocol::result<T>> answer;
        call(journal::handler<T>{[&](protocol::result<T> given) { answer = std::move(given); }});
        wait([&] { return answer.has_value(); });
        return *std::move(answer);
    }
};

}  // namespace bridge::journal::testing
