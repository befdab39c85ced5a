// A journal whose disk is gone: every call ends with io_error, at once.
#pragma once

#include "firmware-bridge/journal/journal.hpp"

namespace bridge::api::testing {

class failing_journal final : public journal::journal {
public:
    void commit(bridge::journal::batch, handler<std::uint64_t> done) override { done(broken); }
    void load_open(handler<bridge::journal::open_state> done) override { done(broken); }
    void find_payment(std::string, handler<sales::payment> done) override { done(broken); }
    void find_refund(std::string, handler<sales::refund> done) override { done(broken); }
    void find_operation(std::string, handler<sales::operation> done) override { done(broken); }
    void find_key(std::string, handler<std::optional<bridge::journal::key_claim>> done) override {
        done(broken);
    }
    void list_payments(bridge::journal::payment_filter, bridge::journal::page,
                       handler<bridge::journal::listing<sales::payment>> done) override {
        done(broken);
    }
    void list_refunds(std::string, bridge::journal::page,
                      handler<bridge::journal::listing<sales::refund>> done) override {
        done(broken);
    }
    void events_after(std::uint64_t, std::size_t,
                      handler<std::vector<bridge::journal::stored_event>> done) override {
        done(broken);
    }
    void last_sequence(handler<std::uint64_t> done) override { done(broken); }
    void find_bookmark(std::string, handler<std::uint64_t> done) override { done(broken); }

private:
    static constexpr auto broken = bridge::journal::errc::io_error;
};

}  // namespace bridge::api::testing
