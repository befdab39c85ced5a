#include "protocol/zvt/apdu.hpp"

#include <algorithm>
#include <cstring>

namespace protocol::zvt {
namespace {

constexpr std::uint8_t extended_length_mark = 0xFF;

/// The length bytes in front of a value; `size` 0 when the value is too long for the encoding.
struct length_prefix {
    std::array<std::uint8_t, 3> bytes{};
    std::size_t size{};
};

length_prefix decimal_prefix(std::size_t length, std::size_t digits) noexcept {
    length_prefix prefix{.size = digits};
    for (auto at = digits; at-- > 0;) {
        prefix.bytes[at] = static_cast<std::uint8_t>(0xF0U | length % 10);
        length /= 10;
    }
    return length == 0 ? prefix : length_prefix{};
}

length_prefix tlv_prefix(std::size_t length) noexcept {
    const auto low = static_cast<std::uint8_t>(length);
    const auto high = static_cast<std::uint8_t>(length >> 8U);
    if (length < 0x80) return {{low}, 1};
    if (length <= 0xFF) return {{0x81, low}, 2};
    if (length <= 0xFFFF) return {{0x82, high, low}, 3};
    return {};
}

}  // namespace

bool apdu_view::is_positive_response() const noexcept {
    return code == command::positive || code == command::positive_alternative;
}

bool apdu_view::is_negative_response() const noexcept {
    return class_of(code) == 0x84 && instruction_of(code) != 0;
}

bool apdu_view::is_response() const noexcept {
    return class_of(code) == 0x80 || class_of(code) == 0x84;
}

std::uint8_t apdu_view::response_code() const noexcept { return instruction_of(code); }

result<apdu_split> split_apdu(bytes_view in) noexcept {
    constexpr std::size_t short_header = 3;
    constexpr std::size_t extended_header = 5;
    const auto truncated = make_error_code(errc::truncated);

    if (in.size() < short_header) return truncated;
    const auto code = make_command(in[0], in[1]);
    const bool extended = in[2] == extended_length_mark;
    if (extended && in.size() < extended_header) return truncated;
    const std::size_t header = extended ? extended_header : short_header;
    const std::size_t length = extended ? std::size_t{in[3]} | std::size_t{in[4]} << 8U : in[2];
    if (in.size() - header < length) return truncated;
    return apdu_split{apdu_view{code, in.subspan(header, length), extended}, header + length};
}

apdu_writer& apdu_writer::raw(bytes_view bytes) noexcept {
    if (auto* out = reserve(bytes.size())) std::copy(bytes.begin(), bytes.end(), out);
    return *this;
}

apdu_writer& apdu_writer::raw_bcd(std::uint64_t value, int digits) noexcept {
    const auto size = static_cast<std::size_t>(digits + 1) / 2;
    if (auto* out = reserve(size)) {
        const bool fits = write_bcd(value, {out, size});
        // Of an odd number of digits the first nibble is padding.
        const bool padding_used = digits % 2 != 0 && (*out & 0xF0U) != 0;
        if (!fits || padding_used) fail(errc::value_out_of_range);
    }
    return *this;
}

apdu_writer& apdu_writer::bcd(bmp id, std::uint64_t value) noexcept {
    const auto* info = find_bmp(static_cast<std::uint8_t>(id));
    if (info == nullptr || info->encoding != bmp_encoding::bcd) {
        return fail(errc::value_out_of_range);
    }
    return raw_byte(static_cast<std::uint8_t>(id)).raw_bcd(value, 2 * info->length);
}

apdu_writer& apdu_writer::value(bmp id, bytes_view bytes) noexcept {
    const auto* info = find_bmp(static_cast<std::uint8_t>(id));
    if (info == nullptr) return fail(errc::value_out_of_range);

    length_prefix prefix;
    switch (info->encoding) {
        case bmp_encoding::binary:
        case bmp_encoding::bcd:
        case bmp_encoding::ascii:
        case bmp_encoding::bits:
            if (bytes.size() != info->length) return fail(errc::value_out_of_range);
            return raw_byte(static_cast<std::uint8_t>(id)).raw(bytes);
        case bmp_encoding::ll:
        case bmp_encoding::ll_bcd: prefix = decimal_prefix(bytes.size(), 2); break;
        case bmp_encoding::lll:
        case bmp_encoding::lll_bcd: prefix = decimal_prefix(bytes.size(), 3); break;
        case bmp_encoding::tlv: prefix = tlv_prefix(bytes.size()); break;
    }
    if (prefix.size == 0) return fail(errc::value_out_of_range);
    return raw_byte(static_cast<std::uint8_t>(id))
        .raw(std::span{prefix.bytes}.first(prefix.size))
        .raw(bytes);
}

result<bytes_view> apdu_writer::finish_extended() noexcept {
    constexpr std::size_t mark_size = 2;
    const auto data_size = used_ - header_size;
    if (data_size > 0xFFFF) return make_error_code(errc::value_out_of_range);
    if (out_.size() - used_ < mark_size) return make_error_code(errc::buffer_full);
    auto* const data = out_.data() + header_size;
    std::memmove(data + mark_size, data, data_size);
    out_[2] = extended_length_mark;
    out_[3] = static_cast<std::uint8_t>(data_size);
    out_[4] = static_cast<std::uint8_t>(data_size >> 8U);
    used_ += mark_size;
    return bytes_view{out_.first(used_)};
}

}  // namespace protocol::zvt
