// The state directory on a disk of 4 MiB that is full again and again, at moments of the
// conversation that a seed chose. Nothing is started that could not be written down, nothing is
// lost, nothing hangs; with room again everything goes on by itself.
//
// Needs root: the disk is a tmpfs, mounted where no other process sees it.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <thread>

#include "tests/torture/books.hpp"
#include "tests/torture/cashier.hpp"
#include "tests/torture/schedule.hpp"

using namespace std::chrono_literals;
using tests::shop;
using tests::text_of;

namespace {

/// Why it cannot be mounted; "" when it was.
std::string mount_small_disk(const std::string& at) {
    std::filesystem::create_directories(at);
    // A name space of this process and its children: nothing is left behind, whatever happens.
    if (::unshare(CLONE_NEWNS) != 0) return std::string{"unshare: "} + std::strerror(errno);
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
        return std::string{"private mounts: "} + std::strerror(errno);
    if (::mount("tmpfs", at.c_str(), "tmpfs", 0, "size=4m,mode=0700") != 0)
        return std::string{"tmpfs: "} + std::strerror(errno);
    return {};
}

/// Somebody else's file on that disk, which takes all that is left.
class ballast {
public:
    explicit ballast(std::string file) : file_{std::move(file)} {}
    void fill() const {
        const int out = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        std::array<char, 4096> block{};
        while (::write(out, block.data(), block.size()) > 0) {
        }
        ::close(out);
    }
    void release() const { std::filesystem::remove(file_); }

private:
    std::string file_;
};

}  // namespace

TEST_SUITE_BEGIN("torture/disk");

TEST_CASE("[M1] [M3] a full disk at any moment: refused, settled or still known, never lost") {
    const torture::schedule plan{"disk_torture_tests"};
    const int rounds = torture::count("BRIDGE_ROUNDS", 40);
    auto random = plan.random(0);
    shop here{shop::wire::tcp};
    if (const auto why = mount_small_disk(here.state()); !why.empty()) {
        MESSAGE("skipped, no small disk can be mounted (needs root): " << why);
        return;
    }
    here.more_tables = "[trace]\nsize_kib = 64\nfiles = 2\n";
    auto& between = here.put_wires_between();
    here.open();
    const ballast other{here.state() + "/somebody-elses-file"};

    torture::cashier one{here, 1, 1, plan.random(1)};
    int refused = 0, restarted = 0;
    for (int i = 0; i < rounds; ++i) {
        CAPTURE(i);
        // One customer a round: the journal itself must not fill the disk for good.
        std::atomic<bool> served{false};
        std::jthread at_work{[&](const std::stop_token& given_up) {
            const std::stop_callback stop{given_up, [&] { one.give_up(); }};
            one.serve();
            served = true;
        }};
        std::atomic<bool> full{false};
        between.after_bytes(random() % 2500, [&] {
            other.fill();
            full = true;
        });
        tests::wait_until("the moment", [&] { return served || full; });
        if (between.forget_strike()) other.fill();
        // Whoever needs room now is told that there is none; who needs none goes on.
        tests::wait_until("an effect",
                          [&] { return served || here.api("GET", "/readyz").status != 200; });
        if (!served) ++refused;
        if (random() % 4 == 0) {
            here.kill_bridge();
            here.start_bridge();
            // It may not start without room. Then it says why, and does not hang.
            tests::wait_until("the daemon to start or to end", [&] {
                return !here.bridge().runs() || here.api("GET", "/healthz").status != 0;
            });
            ++restarted;
        }
        other.release();
        if (!here.bridge().runs()) {
            CAPTURE(here.bridge().output());
            CHECK(here.bridge().wait() == 73);
            here.start_bridge();
        }
        tests::wait_until(
            "the customer to be served", [&] { return served.load(); }, 60s);
    }
    const auto& deals = one.deals();
    for (const auto& complaint : one.complaints()) FAIL_CHECK(complaint);
    here.wait_until_settled();
    MESSAGE(deals.size() << " deals, " << rounds << " times full, " << refused
                         << " times not ready, " << restarted << " times killed while full");
    CHECK(refused > 0);
    torture::check_books(here, deals);
    CHECK(here.close() == 0);
    torture::check_no_card_data(here.state());
}

TEST_SUITE_END();
