// Reads the positional fields in front of a message's BMPs. The first failure sticks: read all
// fields, then ask once.
//
//     field_reader in{apdu.data};
//     const auto secret = in.bcd(3);
//     const auto config = in.byte();
//     if (in.failure() != errc{}) return make_error_code(in.failure());
#pragma once

#include <cstdint>
#include <optional>

#include "protocol/bcd.hpp"
#include "protocol/zvt/apdu.hpp"

namespace protocol::zvt {

class field_reader {
public:
    explicit field_reader(bytes_view data) noexcept : rest_{data} {}

    /// The next `size` bytes; empty after a failure. Errors: truncated.
    bytes_view bytes(std::size_t size) noexcept {
        if (size > rest_.size()) fail(errc::truncated);
        if (failure_ != errc{}) return {};
        const auto taken = rest_.first(size);
        rest_ = rest_.subspan(size);
        return taken;
    }
    /// Errors: truncated.
    std::uint8_t byte() noexcept {
        const auto taken = bytes(1);
        return taken.empty() ? std::uint8_t{} : taken[0];
    }
    /// `size` bytes of decimal digits. Errors: truncated, bad_bcd.
    std::uint64_t bcd(std::size_t size) noexcept {
        const auto number = read_bcd(bytes(size));
        if (!number) fail(errc::bad_bcd);
        return number.value_or(0);
    }
    /// Everything that was not read yet.
    bytes_view rest() noexcept { return bytes(rest_.size()); }
    /// A fixed layout ends here. Errors: trailing_bytes.
    void end() noexcept {
        if (!rest_.empty()) fail(errc::trailing_bytes);
    }
    /// Everything that was not read yet, as BMPs. Errors: those of data_block::assign.
    void block(std::optional<data_block>& out) noexcept {
        const auto parsed = out.emplace().assign(rest());
        if (!parsed) fail(static_cast<errc>(parsed.error().value()));
    }

    /// What is left, without reading it.
    [[nodiscard]] bytes_view unread() const noexcept { return rest_; }
    [[nodiscard]] bool empty() const noexcept { return rest_.empty(); }
    [[nodiscard]] errc failure() const noexcept { return failure_; }

private:
    void fail(errc reason) noexcept {
        if (failure_ == errc{}) failure_ = reason;
    }

    bytes_view rest_;
    errc failure_{};
};

}  // namespace protocol::zvt
