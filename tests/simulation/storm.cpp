// A storm of payments: many worlds, one after the other, until enough was sold or time is over.
//
//     storm --sales 1000000 --seed 1 --minutes 30
//     storm --seed 4711 --trace            // one world, everything that happens in it
//     storm --seed 4711 --shrink           // … and the few faults that matter
//     storm --seed 4711 --only 3,17        // … with these of its faults alone

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <ctime>

#include "tests/simulation/shrink.hpp"
#include "tests/simulation/world.hpp"

namespace {

using namespace tests::simulation;

void print(const tally& sum, double seconds, std::uint64_t worlds) {
    fmt::print(
        "{} worlds, {} orders, {} sales, {} declined, {} cancelled, {} voided, {} refunds\n"
        "bridge: {} starts, {} kills, {} power losses, {} torn writes, {} refused starts\n"
        "around: {} cuts, {} terminal power losses, {} terminal faults, {} disk faults\n"
        "unknown, settled by a person: {}\n",
        worlds, sum.orders, sum.sales, sum.declined, sum.cancelled, sum.voided, sum.refunds,
        sum.starts, sum.kills, sum.box_power_losses, sum.torn_writes, sum.refused_starts, sum.cuts,
        sum.terminal_power_losses, sum.station_faults, sum.disk_faults, sum.unknowns);
    for (const auto& [row, count] : sum.rows) fmt::print("{:8}  {}\n", count, row);
    // On a machine that others use, too, only the processor's time says what a world costs.
    const auto busy = static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
    fmt::print(
        "{:.1f} s, {:.1f} s of processor time: {:.0f} orders and {:.0f} sales a second of it\n",
        seconds, busy, static_cast<double>(sum.orders) / busy,
        static_cast<double>(sum.sales) / busy);
}

/// "3,17"; no number at all, as in "none": no fault.
std::vector<unsigned> numbers_in(std::string_view text) {
    std::vector<unsigned> numbers;
    bool inside = false;
    for (const char c : text) {
        const bool digit = c >= '0' && c <= '9';
        if (digit && !inside) numbers.push_back(0);
        if (digit) numbers.back() = numbers.back() * 10 + static_cast<unsigned>(c - '0');
        inside = digit;
    }
    return numbers;
}

/// What has to be said to get the same world again.
std::string command_of(const world_options& options) {
    auto command = fmt::format("storm --seed {} --orders {} --faults {}", options.seed,
                               options.orders, options.most_faults);
    if (options.habits) command += " --habits";
    if (options.lying_disk) command += " --lying-disk";
    return command;
}

int shrink_one(const world_options& options) {
    const auto few = shrink(options, [](std::size_t faults, bool failed) {
        fmt::print("{} faults: {}\n", faults, failed ? "fails" : "holds");
    });
    if (few.violations.empty()) {
        fmt::print("this world holds\n");
        return 0;
    }
    std::string only;
    for (const auto& one : few.faults) {
        fmt::print("  {}\n", describe(one));
        only += (only.empty() ? "" : ",") + std::to_string(one.number);
    }
    for (const auto& what : few.violations) fmt::print("    {}\n", what);
    fmt::print("{} runs; replay: {} --only {} --trace\n", few.runs, command_of(options),
               only.empty() ? "none" : only);
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App program{"A storm of payments in simulated worlds"};
    std::uint64_t sales = 10'000, seed = 1;
    double minutes = 1000;
    bool trace = false, smaller = false;
    world_options options;
    std::string only;
    program.add_option("--sales", sales, "stop when so many were sold");
    program.add_option("--seed", seed, "of the first world; the next has the next");
    program.add_option("--minutes", minutes, "stop after so much real time");
    program.add_option("--orders", options.orders, "in each world");
    program.add_option("--faults", options.most_faults, "in each world, at most");
    program.add_option("--only", only, "one world, with these faults alone: 3,17 or none");
    program.add_flag("--trace", trace, "one world, and print what happens");
    program.add_flag("--shrink", smaller, "one world: which faults make it fail?");
    program.add_flag("--habits", options.habits, "terminals with habits of their own");
    program.add_flag("--lying-disk", options.lying_disk, "disks that say they have synced");
    CLI11_PARSE(program, argc, argv);

    if (!only.empty()) options.only = numbers_in(only);
    if (trace)
        options.reader = [](std::string_view line) {
            std::fwrite(line.data(), 1, line.size(), stdout);
            std::fputc('\n', stdout);
        };
    if (smaller) {
        options.seed = seed;
        return shrink_one(options);
    }
    const bool single = trace || options.only.has_value();

    tally sum;
    std::uint64_t worlds = 0, failed = 0;
    const auto began = virtual_kernel::real_seconds();
    const auto spent = [&] { return virtual_kernel::real_seconds() - began; };
    while (sum.sales < sales && spent() < minutes * 60) {
        options.seed = seed + worlds;
        const auto done = run_world(options);
        sum += done.counts;
        ++worlds;
        if (!done.violations.empty()) {
            ++failed;
            fmt::print("seed {} FAILED (digest {:016x}); replay: {} --trace\n", options.seed,
                       done.digest, command_of(options));
            for (const auto& what : done.violations) fmt::print("    {}\n", what);
        }
        if (single) {
            for (const auto& one : done.struck) fmt::print("  {}\n", describe(one));
            fmt::print("digest {:016x}\n", done.digest);
            break;
        }
    }
    print(sum, spent(), worlds);
    return failed == 0 ? 0 : 1;
}
