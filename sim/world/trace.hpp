// What happened, as one number: two runs are the same when their digests are. A replay also wants
// to read it.
//
//     trace seen{time};
//     seen.read_by([](std::string_view line) { std::puts(…); });   // replay only: it costs
//     seen.add("wire", lane, bytes);
//
// Only what is the same on every machine may go in: no addresses, no real time, no order of hashes.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "sim/world/timeline.hpp"

namespace sim::world {

class trace {
public:
    using reader = std::function<void(std::string_view)>;

    explicit trace(const timeline& time) noexcept : time_{time} {}

    void read_by(reader who) { reader_ = std::move(who); }
    void add(std::string_view what, std::uint64_t number, std::string_view text);
    void add(std::string_view what, std::uint64_t number, std::span<const std::uint8_t> bytes);

    [[nodiscard]] std::uint64_t digest() const noexcept { return digest_; }

private:
    void mix(std::uint64_t) noexcept;
    void mix(const void* bytes, std::size_t size) noexcept;

    const timeline& time_;
    reader reader_;
    std::uint64_t digest_{0xCBF29CE484222325ULL};
};

}  // namespace sim::world
