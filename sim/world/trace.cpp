#include "sim/world/trace.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sim::world {

void trace::mix(std::uint64_t value) noexcept {
    digest_ = (digest_ ^ value) * 0x100000001B3ULL;
    digest_ ^= digest_ >> 29U;
}

void trace::mix(const void* bytes, std::size_t size) noexcept {
    const auto* at = static_cast<const unsigned char*>(bytes);
    // Eight at a time, put together so that the order of bytes in a word of this machine does not
    // matter.
    for (std::size_t begin = 0; begin < size; begin += 8) {
        std::uint64_t word = 0;
        for (std::size_t i = begin; i < std::min(size, begin + 8); ++i) word = word << 8U | at[i];
        mix(word);
    }
    mix(size);
}

void trace::add(std::string_view what, std::uint64_t number, std::string_view text) {
    mix(static_cast<std::uint64_t>(time_.elapsed().count()));
    mix(number);
    mix(what.data(), what.size());
    mix(text.data(), text.size());
    if (!reader_) return;
    reader_(fmt::format("{:12.3f} {} {}: {}", static_cast<double>(time_.elapsed().count()) / 1000,
                        what, number, text));
}

void trace::add(std::string_view what, std::uint64_t number, std::span<const std::uint8_t> bytes) {
    mix(static_cast<std::uint64_t>(time_.elapsed().count()));
    mix(number);
    mix(what.data(), what.size());
    mix(bytes.data(), bytes.size());
    if (!reader_) return;
    reader_(fmt::format("{:12.3f} {} {}: {:02X}",
                        static_cast<double>(time_.elapsed().count()) / 1000, what, number,
                        fmt::join(bytes, " ")));
}

}  // namespace sim::world
