#include "protocol/zvt/messages/status_information.hpp"

#include <limits>

#include "protocol/bcd.hpp"
#include "protocol/zvt/tags.hpp"

namespace protocol::zvt {
namespace {

// BMP 60: two receipt numbers, then a count (1) and a total (6) for each brand.
constexpr std::size_t totals_header = 4;
constexpr std::size_t totals_entry = 7;

std::string_view text_of(bytes_view bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Without the NULs that pad it on the right.
std::string_view unpadded(std::optional<bytes_view> bytes) noexcept {
    if (!bytes) return {};
    const auto text = text_of(*bytes);
    return text.substr(0, text.find_last_not_of('\0') + 1);
}

std::optional<std::uint16_t> big_endian_16(std::optional<bytes_view> bytes) noexcept {
    if (!bytes || bytes->empty()) return std::nullopt;
    std::uint32_t number{};
    for (const auto byte : *bytes) {
        number = number << 8U | byte;
        if (number > std::numeric_limits<std::uint16_t>::max()) return std::nullopt;
    }
    return static_cast<std::uint16_t>(number);
}

template <class Id>
std::optional<Id> numbered(std::optional<std::uint64_t> digits) noexcept {
    if (!digits) return std::nullopt;
    return Id{static_cast<typename Id::rep>(*digits)};
}

}  // namespace

result<status_information> status_information::decode(const apdu_view& apdu) noexcept {
    result<status_information> out;  // decoded in place
    if (apdu.code != command::status_information) {
        out = make_error_code(errc::wrong_command);
    } else if (const auto parsed = out->block.assign(apdu.data); !parsed) {
        out = parsed.error();
    }
    return out;
}

result<bytes_view> status_information::encode(std::span<std::uint8_t> out,
                                              bool extended_length) const noexcept {
    apdu_writer apdu{out, command::status_information};
    block.write_to(apdu);
    return apdu.finish(extended_length);
}

std::optional<trace_number> status_information::original_trace() const noexcept {
    return numbered<trace_number>(block.bcd(bmp::original_trace_number));
}

std::optional<turnover_number> status_information::turnover() const noexcept {
    return numbered<turnover_number>(block.bcd(bmp::turnover_number));
}

masked_pan status_information::pan() const noexcept {
    const auto digits = block.value(bmp::pan);
    return digits ? masked_pan::from_bcd(*digits) : masked_pan{};
}

std::optional<std::uint16_t> status_information::card_type() const noexcept {
    constexpr std::uint8_t see_tag = 0xFF;
    const auto short_type = block.byte(bmp::card_type);
    if (short_type && *short_type != see_tag) return *short_type;
    if (const auto type = big_endian_16(find_value(tlv(), tag::card_type))) return type;
    return big_endian_16(find_value(tlv(), {tag::application, tag::card_type}));
}

std::string_view status_information::card_name() const noexcept {
    return unpadded(block.value(bmp::card_name));
}

std::string_view status_information::authorisation_attribute() const noexcept {
    return unpadded(block.value(bmp::authorisation_attribute));
}

std::optional<std::uint32_t> status_information::terminal_id() const noexcept {
    const auto digits = block.bcd(bmp::terminal_id);
    if (!digits) return std::nullopt;
    return static_cast<std::uint32_t>(*digits);
}

result<single_totals> single_totals::decode(bytes_view value) noexcept {
    if (value.size() < size) return make_error_code(errc::truncated);
    if (value.size() > size) return make_error_code(errc::trailing_bytes);
    bool all_digits = true;
    const auto number = [&](auto bytes) {
        const auto digits = read_fixed_bcd(bytes);
        all_digits = all_digits && digits.has_value();
        return digits.value_or(0);
    };
    const auto receipt = [&](std::size_t at) {
        if (value[at] == 0xFF && value[at + 1] == 0xFF) return receipt_number{};
        return receipt_number{static_cast<std::uint16_t>(number(value.subspan(at).first<2>()))};
    };
    single_totals totals;
    totals.first = receipt(0);
    totals.last = receipt(2);
    for (std::size_t n = 0; n < totals.brands.size(); ++n) {
        const auto at = totals_header + n * totals_entry;
        const auto amount = number(value.subspan(at + 1).first<totals_entry - 1>());
        totals.brands[n] = {value[at], static_cast<std::int64_t>(amount)};
    }
    if (!all_digits) return make_error_code(errc::bad_bcd);
    return totals;
}

result<void> single_totals::encode(std::span<std::uint8_t, size> out) const noexcept {
    const auto failure = make_error_code(errc::value_out_of_range);
    if (!write_bcd(first.value(), out.first<2>()) ||
        !write_bcd(last.value(), out.subspan<2, 2>())) {
        return failure;
    }
    for (std::size_t n = 0; n < brands.size(); ++n) {
        const auto& brand = brands[n];
        if (brand.count > 0xFF || brand.amount < 0) return failure;
        const auto place = out.subspan(totals_header + n * totals_entry, totals_entry);
        place[0] = static_cast<std::uint8_t>(brand.count);
        if (!write_bcd(static_cast<std::uint64_t>(brand.amount), place.subspan(1))) return failure;
    }
    return {};
}

}  // namespace protocol::zvt
