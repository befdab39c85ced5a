// The journal on a disk of its own in a temporary directory.
#pragma once

#include <doctest/doctest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "firmware-bridge/journal/sqlite_journal.hpp"
#include "firmware-bridge/journal/testing/client.hpp"
#include "firmware-bridge/storage/testing/temporary_directory.hpp"

namespace bridge::journal::testing {

class sqlite_fixture final : public client {
public:
    sqlite_fixture() { start(); }

    [[nodiscard]] journal& opened() override { return *journal_; }
    void restart() override {
        stop();
        start();
    }
    void wait(const std::function<bool()>& done) override {
        while (!done()) REQUIRE(io_.run_one_for(std::chrono::seconds{30}) == 1);
    }

    void stop() { journal_.reset(); }
    void start() {
        sqlite_journal_options options;
        options.report = [this](const std::string& text) { reports.push_back(text); };
        options.check = check;
        journal_.emplace(io_.get_executor(), state_, std::move(options));
    }

    [[nodiscard]] const storage::state_directory& state() const { return state_; }

    std::vector<std::string> reports;
    storage::check_limits check;

private:
    storage::testing::temporary_directory directory_;
    storage::state_directory state_{directory_.path()};
    boost::asio::io_context io_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
        io_.get_executor()};
    std::optional<sqlite_journal> journal_;
};

}  // namespace bridge::journal::testing
