#include "firmware-bridge/journal/memory_journal.hpp"

#include <doctest/doctest.h>

#include "firmware-bridge/journal/testing/records.hpp"

using namespace bridge::journal;
using namespace bridge::journal::testing;

TEST_SUITE_BEGIN("journal/memory");

TEST_CASE("memory journal: a queued batch is not on the disk before its step") {
    memory_disk disk;
    memory_journal journal{disk};
    bool answered = false;
    journal.commit({.events = {event_of("a")}}, [&](auto) { answered = true; });
    CHECK(disk.events.empty());
    CHECK(journal.pending() == 1);
    CHECK(journal.step());
    CHECK(disk.events.size() == 1);
    CHECK_FALSE(answered);
    CHECK(journal.step());
    CHECK(answered);
    CHECK_FALSE(journal.step());
}

TEST_CASE("memory journal: a crash keeps what was committed and forgets what was queued") {
    memory_disk disk;
    {
        memory_journal journal{disk};
        journal.commit({.events = {event_of("a")}}, [](auto) { FAIL("crashed before"); });
        journal.commit({.events = {event_of("b")}}, [](auto) { FAIL("crashed before"); });
        journal.step();
    }
    REQUIRE(disk.events.size() == 1);
    CHECK(disk.events[0].object_id == "a");
}

TEST_CASE("memory journal: a snapshot is a copy of the disk") {
    memory_disk disk;
    memory_journal journal{disk};
    journal.commit({.payments = {payment_of("pay_1", 1)}}, [](auto) {});
    while (journal.step()) {
    }
    const memory_disk snapshot = disk;
    journal.commit({.payments = {payment_of("pay_2", 2)}}, [](auto) {});
    while (journal.step()) {
    }
    CHECK(disk.payments.size() == 2);
    CHECK(snapshot.payments.size() == 1);
}

TEST_CASE("memory journal: a failure that was ordered leaves nothing, and the next try succeeds") {
    memory_disk disk;
    memory_journal journal{disk};
    journal.fail_next(errc::disk_full);
    journal.fail_next(errc::io_error);
    std::vector<protocol::result<std::uint64_t>> answers;
    for (int i = 0; i < 3; ++i) {
        journal.commit({.events = {event_of("a")}}, [&](auto one) { answers.push_back(one); });
    }
    while (journal.step()) {
    }
    REQUIRE(answers.size() == 3);
    CHECK(answers[0].error() == errc::disk_full);
    CHECK(answers[1].error() == errc::io_error);
    CHECK(answers[2].value() == 1);
    CHECK(disk.events.size() == 1);
}

TEST_CASE("memory journal: with a post function it steps by itself, and not after its end") {
    memory_disk disk;
    std::deque<memory_journal::task> posted;
    const auto run = [&] {
        while (!posted.empty()) {
            const auto next = std::move(posted.front());
            posted.pop_front();
            next();
        }
    };
    std::vector<std::string> answers;
    {
        memory_journal journal{disk, [&](auto task) { posted.push_back(std::move(task)); }};
        journal.commit({.events = {event_of("a")}}, [&](auto) {
            answers.push_back("first");
            journal.last_sequence([&](auto last) { answers.push_back(std::to_string(*last)); });
        });
        journal.commit({.events = {event_of("b")}}, [&](auto) { answers.push_back("second"); });
        run();
        CHECK(answers == std::vector<std::string>{"first", "second", "2"});
        journal.commit({.events = {event_of("c")}}, [](auto) { FAIL("the journal is gone"); });
    }
    run();
    CHECK(disk.events.size() == 2);
}

TEST_SUITE_END();
