// The ZVT envelope: control field (2) | length (1, or FF lo hi) | data. ZVT reference 1.3.
//
//     const auto split = split_apdu(bytes_from_tcp);      // truncated: wait for more
//     if (split->apdu.code == command::status_information) …
//
//     std::array<std::uint8_t, 64> buffer;
//     apdu_writer out{buffer, command::authorization};
//     out.amount(1234).currency(978).byte(bmp::payment_type, 0x40);
//     result<std::span<const std::uint8_t>> frame = out.finish();
//
// Nothing here allocates. Views point into the caller's bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "protocol/bcd.hpp"
#include "protocol/identifiers.hpp"
#include "protocol/zvt/bmp.hpp"
#include "protocol/zvt/command.hpp"
#include "protocol/zvt/error.hpp"

namespace protocol::zvt {

using bytes_view = std::span<const std::uint8_t>;

/// One APDU: a view into the bytes it was split from.
struct apdu_view {
    command code{};
    bytes_view data;
    /// The length came (or shall be written) as FF lo hi although it may fit one byte.
    bool extended_length{};

    /// 80 00 and 84 00 (ZVT reference 1.3: 84 00 is positive too).
    [[nodiscard]] bool is_positive_response() const noexcept;
    /// 84 xx with xx != 00.
    [[nodiscard]] bool is_negative_response() const noexcept;
    /// 80 xx or 84 xx: an answer, not a command.
    [[nodiscard]] bool is_response() const noexcept;
    /// xx of 84 xx.
    [[nodiscard]] std::uint8_t response_code() const noexcept;
};

struct apdu_split {
    apdu_view apdu;
    std::size_t used{};
};

/// The largest APDU: control field, FF lo hi, 65535 bytes of data.
inline constexpr std::size_t max_apdu_size = 5 + 0xFFFF;

/// Splits one APDU off `in`. Errors: truncated (wait for more bytes).
[[nodiscard]] result<apdu_split> split_apdu(bytes_view in) noexcept;

/// Writes one APDU into the caller's buffer, field by field; the length is filled in by finish(),
/// which is called once, at the end. The first failure sticks (buffer_full, value_out_of_range) and
/// finish() reports it.
class apdu_writer {
public:
    apdu_writer(std::span<std::uint8_t> out, command code) noexcept : out_{out} {
        if (auto* header = reserve(header_size)) {
            header[0] = class_of(code);
            header[1] = instruction_of(code);
        }
    }

    // Positional bytes without a BMP id.
    apdu_writer& raw(bytes_view bytes) noexcept;
    apdu_writer& raw_byte(std::uint8_t value) noexcept {
        if (auto* out = reserve(1)) *out = value;
        return *this;
    }
    /// `digits` decimal digits packed two a byte, left-padded with 0; value_out_of_range if longer.
    apdu_writer& raw_bcd(std::uint64_t value, int digits) noexcept;

    // A BMP: its id, then its value in the encoding of the BMP table (bmp.hpp).
    /// `id` is one of those whose value is one byte.
    apdu_writer& byte(bmp id, std::uint8_t value) noexcept {
        if (auto* out = reserve(2)) {
            out[0] = static_cast<std::uint8_t>(id);
            out[1] = value;
        }
        return *this;
    }
    /// Fixed-length BCD BMPs; value_out_of_range for all others, and for too many digits.
    apdu_writer& bcd(bmp id, std::uint64_t value) noexcept;
    /// Any BMP; adds the LL, LLL or TLV length. value_out_of_range when `bytes` are more than the
    /// prefix can say, or not as many as the fixed length.
    apdu_writer& value(bmp id, bytes_view bytes) noexcept;
    /// 04; value_out_of_range if < 0 or > 12 digits.
    apdu_writer& amount(std::int64_t minor) noexcept {
        if (minor < 0) return fail(errc::value_out_of_range);
        return fixed_bcd<6>(bmp::amount, static_cast<std::uint64_t>(minor));
    }
    /// 49
    apdu_writer& currency(std::uint16_t iso_number) noexcept {
        return fixed_bcd<2>(bmp::currency, iso_number);
    }
    /// 87
    apdu_writer& receipt(receipt_number number) noexcept {
        return fixed_bcd<2>(bmp::receipt_number, number.value());
    }
    /// 0B
    apdu_writer& trace(trace_number number) noexcept {
        return fixed_bcd<3>(bmp::trace_number, number.value());
    }

    /// The finished APDU: header, length (extended when the data exceed 254 bytes), data.
    [[nodiscard]] result<bytes_view> finish(bool force_extended_length = false) noexcept {
        if (failure_ != errc{}) return make_error_code(failure_);
        const auto data_size = used_ - header_size;
        if (data_size > max_short_length || force_extended_length) return finish_extended();
        out_[2] = static_cast<std::uint8_t>(data_size);
        return bytes_view{out_.first(used_)};
    }

private:
    static constexpr std::size_t header_size = 3;
    static constexpr std::size_t max_short_length = 0xFE;

    /// Room for `size` more bytes; nullptr after a failure.
    [[nodiscard]] std::uint8_t* reserve(std::size_t size) noexcept {
        if (out_.size() - used_ < size) fail(errc::buffer_full);
        if (failure_ != errc{}) return nullptr;
        auto* const at = out_.data() + used_;
        used_ += size;
        return at;
    }
    apdu_writer& fail(errc reason) noexcept {
        if (failure_ == errc{}) failure_ = reason;
        return *this;
    }
    template <std::size_t Bytes>
    apdu_writer& fixed_bcd(bmp id, std::uint64_t value) noexcept {
        if (auto* out = reserve(1 + Bytes)) {
            out[0] = static_cast<std::uint8_t>(id);
            if (!write_bcd(value, std::span<std::uint8_t, Bytes>{out + 1, Bytes})) {
                fail(errc::value_out_of_range);
            }
        }
        return *this;
    }
    [[nodiscard]] result<bytes_view> finish_extended() noexcept;

    std::span<std::uint8_t> out_;
    std::size_t used_{};
    errc failure_{};
};

}  // namespace protocol::zvt
