// The journal in memory, stepped until it has answered.
#pragma once

#include <doctest/doctest.h>

#include "firmware-bridge/journal/memory_journal.hpp"
#include "firmware-bridge/journal/testing/client.hpp"

namespace bridge::journal::testing {

class memory_fixture final : public client {
public:
    [[nodiscard]] journal& opened() override { return *journal_; }
    void restart() override { journal_.emplace(disk_); }
    void wait(const std::function<bool()>& done) override {
        while (!done()) REQUIRE(journal_->step());
    }

private:
    memory_disk disk_;
    std::optional<memory_journal> journal_{disk_};
};

}  // namespace bridge::journal::testing
