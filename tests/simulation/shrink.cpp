#include "tests/simulation/shrink.hpp"

#include <algorithm>

namespace tests::simulation {
namespace {

std::vector<unsigned> numbers_of(const std::vector<planned_fault>& faults) {
    std::vector<unsigned> numbers;
    for (const auto& one : faults) numbers.push_back(one.number);
    return numbers;
}

/// `all` without the `part`-th of `parts` equal pieces.
std::vector<unsigned> without(const std::vector<unsigned>& all, std::size_t part,
                              std::size_t parts) {
    const auto begin = all.size() * part / parts, end = all.size() * (part + 1) / parts;
    std::vector<unsigned> rest{all.begin(), all.begin() + static_cast<std::ptrdiff_t>(begin)};
    rest.insert(rest.end(), all.begin() + static_cast<std::ptrdiff_t>(end), all.end());
    return rest;
}

}  // namespace

shrunk shrink(world_options options, const std::function<void(std::size_t, bool)>& tried) {
    shrunk best;
    best.orders = options.orders;
    const auto fails = [&](const std::vector<unsigned>& only) {
        options.only = only;
        auto done = run_world(options);
        ++best.runs;
        const bool failed = !done.violations.empty();
        tried(only.size(), failed);
        if (!failed) return false;
        best.faults = std::move(done.struck);
        best.violations = std::move(done.violations);
        return true;
    };

    auto done = run_world(options);
    best.faults = std::move(done.struck);
    best.violations = std::move(done.violations);
    auto kept = numbers_of(best.faults);
    for (std::size_t parts = 2; kept.size() > 1 || parts == 2;) {
        bool smaller = false;
        for (std::size_t part = 0; part < parts && !kept.empty(); ++part) {
            if (!fails(without(kept, part, parts))) continue;
            kept = numbers_of(best.faults);
            parts = std::max<std::size_t>(parts - 1, 2);
            smaller = true;
            break;
        }
        if (smaller) continue;
        if (parts >= kept.size()) break;
        parts = std::min(parts * 2, kept.size());
    }
    return best;
}

}  // namespace tests::simulation
