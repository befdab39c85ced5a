#include "protocol/zvt/bmp.hpp"

#include <algorithm>

#include "protocol/bcd.hpp"
#include "protocol/invariant.hpp"
#include "protocol/zvt/apdu.hpp"
#include "protocol/zvt/tags.hpp"
#include "protocol/zvt/tlv.hpp"

namespace protocol::zvt {
namespace {

using enum bmp_encoding;

constexpr bmp id(int value) { return static_cast<bmp>(value); }

// clang-format off
constexpr std::array<bmp_info, known_bmp_count> known{{
    {bmp::timeout, "timeout", binary, 1},
    {bmp::max_status_informations, "maximum number of status informations", binary, 1},
    {bmp::service_byte, "service byte", bits, 1},
    {bmp::amount, "amount", bcd, 6},
    {bmp::pump, "pump number", binary, 1},
    {bmp::tlv_container, "TLV container", tlv, 0},
    {bmp::trace_number, "trace number", bcd, 3},
    {bmp::time, "time", bcd, 3},
    {bmp::date, "date", bcd, 2},
    {bmp::expiry, "expiry date", bcd, 2, bmp_digits::masked},
    {bmp::card_sequence_number, "card sequence number", bcd, 2, bmp_digits::masked},
    {bmp::payment_type, "payment type, status byte or card type", bits, 1},
    {bmp::pan, "card number (PAN, EF_ID)", ll_bcd, 0},
    {bmp::track_2, "track 2", ll_bcd, 0},
    {bmp::track_3, "track 3", lll_bcd, 0},
    {bmp::result_code, "result code", binary, 1},
    {bmp::terminal_id, "terminal id", bcd, 4},
    {bmp::contract_number, "contract number (VU)", ascii, 15},
    {bmp::track_1, "track 1", ll, 0},
    {bmp::synchronous_chip_data, "synchronous chip data", lll, 0},
    {bmp::original_trace_number, "original trace number", bcd, 3},
    {bmp::card_verification_value, "card verification value", bcd, 2, bmp_digits::masked},
    {bmp::authorisation_attribute, "authorisation attribute", ascii, 8},
    {bmp::additional_data, "additional data", lll, 0},
    {bmp::password, "password", bcd, 3, bmp_digits::masked},
    {bmp::currency, "currency", bcd, 2},
    {bmp::blocked_goods_groups, "blocked goods groups", ll_bcd, 0},
    {bmp::single_totals, "single totals", lll, 0},
    {bmp::image_id, "image id", binary, 4},
    {bmp::image_size, "image size", binary, 4},
    {bmp::image_mime_type, "image MIME type", binary, 1},
    {bmp::image_encoding, "image encoding", binary, 1},
    {bmp::chunk_count, "chunk count", binary, 1},
    {bmp::chunk_index, "chunk index", binary, 1},
    {bmp::receipt_number, "receipt number", bcd, 2, bmp_digits::decimal_or_all_f},
    {bmp::turnover_number, "turnover number", bcd, 3},
    {bmp::card_type, "card type", binary, 1},
    {bmp::card_name, "card name", ll, 0},
    {bmp::network_card_type, "card type of the network operator", binary, 1},
    {bmp::offline_aid_parameter, "AID parameter of an offline payment", lll, 0},
    {bmp::geldkarte_record, "GeldKarte record", lll, 0},
    {bmp::result_code_as, "result code of the authorisation system", binary, 1},
    {bmp::ef_id_chip_data, "chip data EF_ID", ll, 0},
    {bmp::date_with_year, "date with year", bcd, 3},
    {bmp::ef_info, "chip data EF_Info", lll, 0},
    {bmp::aid_parameter, "AID parameter", binary, 5},
    {bmp::pin_algorithm, "PIN algorithm", binary, 1},
    {bmp::card_offset, "card offset or PIN data", ll, 0},
    {bmp::card_output_direction, "card output direction", binary, 1},
    {bmp::dukpt_key_id, "DUKPT key", binary, 1},
    {bmp::min_input_length, "minimum input length", binary, 1},
    {bmp::text_2_line_1, "text 2 line 1", ll, 0},
    {id(0xE2), "text 2 line 2", ll, 0},
    {id(0xE3), "text 2 line 3", ll, 0},
    {id(0xE4), "text 2 line 4", ll, 0},
    {id(0xE5), "text 2 line 5", ll, 0},
    {id(0xE6), "text 2 line 6", ll, 0},
    {id(0xE7), "text 2 line 7", ll, 0},
    {id(0xE8), "text 2 line 8", ll, 0},
    {bmp::max_input_length, "maximum input length", binary, 1},
    {bmp::echo, "echo", binary, 1},
    {bmp::mac, "MAC", binary, 8},
    {bmp::display_seconds, "display duration", binary, 1},
    {bmp::text_1_line_1, "text 1 line 1", ll, 0},
    {id(0xF2), "text 1 line 2", ll, 0},
    {id(0xF3), "text 1 line 3", ll, 0},
    {id(0xF4), "text 1 line 4", ll, 0},
    {id(0xF5), "text 1 line 5", ll, 0},
    {id(0xF6), "text 1 line 6", ll, 0},
    {id(0xF7), "text 1 line 7", ll, 0},
    {id(0xF8), "text 1 line 8", ll, 0},
    {bmp::beeps, "beeps", binary, 1},
    {bmp::card_reader_activation, "card reader activation", binary, 1},
    {bmp::ok_key_required, "OK key required", binary, 1},
    {bmp::dialog_control, "dialog control", bits, 1},
    {bmp::display_device, "display device", binary, 1},
}};
// clang-format on

constexpr std::uint8_t no_slot = 0xFF;

/// What scanning needs of `known`, by id: the only search there is.
struct scan_row {
    std::uint8_t slot = no_slot;  // position in `known`
    std::uint8_t length{};        // of the value, when it is fixed
    bmp_encoding encoding{};
    bmp_digits digits{};
};

constexpr auto scan_rows = [] {
    std::array<scan_row, 256> table{};
    for (std::size_t n = 0; n < known.size(); ++n) {
        table[static_cast<std::uint8_t>(known[n].id)] = {
            static_cast<std::uint8_t>(n), known[n].length, known[n].encoding, known[n].digits};
    }
    return table;
}();

/// The first `length` of `bytes`, 1 to 8, as a big-endian number.
std::uint64_t load_big_endian(bytes_view bytes, std::size_t length) noexcept {
    if (bytes.size() >= 8) {  // one load, and what is too much shifted out
        const auto eight = detail::big_endian<8>(bytes.data(), std::make_index_sequence<8>{});
        return eight >> (64 - 8 * length);
    }
    std::uint64_t value{};
    for (std::size_t n = 0; n < length; ++n) value = value << 8U | bytes[n];
    return value;
}

/// The value holds a nibble above 9: does its rule allow that?
bool exception_allowed(std::uint64_t value, std::uint64_t above_nine, std::size_t length,
                       bmp_digits rule) noexcept {
    switch (rule) {
        case bmp_digits::decimal: return false;
        case bmp_digits::decimal_or_all_f: return value == (std::uint64_t{1} << 8 * length) - 1;
        case bmp_digits::masked:
            // E and F have the bits 8, 4 and 2; A-D lack one of the lower two.
            return above_nine == (above_nine & value << 1U & value << 2U);
    }
    return false;
}

/// Whether the first `length` of `bytes`, 1 to 7, are digits as `rule` wants them.
bool digits_allowed(bytes_view bytes, std::size_t length, bmp_digits rule) noexcept {
    const auto value = load_big_endian(bytes, length);
    const auto above_nine = detail::nibbles_above_nine(value);
    return above_nine == 0 || exception_allowed(value, above_nine, length, rule);
}

struct measured {
    std::size_t prefix;  // id and length bytes
    std::size_t length;
};

/// LL and LLL: one decimal digit a byte, each with F in its high nibble.
errc measure_decimal_length(bytes_view in, std::size_t digits, measured& out) noexcept {
    std::size_t length{};
    for (std::size_t n = 1; n <= digits; ++n) {
        if (n >= in.size()) return errc::truncated;
        if (in[n] < 0xF0 || in[n] > 0xF9) return errc::bad_length_prefix;
        length = length * 10 + (in[n] & 0x0FU);
    }
    out = {1 + digits, length};
    return {};
}

errc measure_tlv_length(bytes_view in, measured& out) noexcept {
    if (in.size() < 2) return errc::truncated;
    if (in[1] < 0x80) {
        out = {2, in[1]};
        return {};
    }
    if (in[1] != 0x81 && in[1] != 0x82) return errc::bad_tlv_length;
    const std::size_t bytes = in[1] - 0x80U;
    if (in.size() < 2 + bytes) return errc::truncated;
    out = {2 + bytes, static_cast<std::size_t>(load_big_endian(in.subspan(2), bytes))};
    return {};
}

/// How long the BMP at the start of `in` is. `in` is not empty.
[[gnu::always_inline]] inline errc measure(const scan_row& row, bytes_view in,
                                           measured& out) noexcept {
    errc failure{};
    switch (row.encoding) {
        case binary:
        case ascii:
        case bits:
        case bcd: out = {1, row.length}; break;
        case ll:
        case ll_bcd: failure = measure_decimal_length(in, 2, out); break;
        case lll:
        case lll_bcd: failure = measure_decimal_length(in, 3, out); break;
        case tlv: failure = measure_tlv_length(in, out); break;
    }
    if (failure != errc{}) return failure;
    if (out.prefix + out.length > in.size()) return errc::truncated;
    if (row.encoding == bcd && !digits_allowed(in.subspan(1), row.length, row.digits)) {
        return errc::bad_bcd;
    }
    return {};
}

}  // namespace

const bmp_info* find_bmp(std::uint8_t id) noexcept {
    const auto slot = scan_rows[id].slot;
    return slot == no_slot ? nullptr : &known[slot];
}

result<field> read_field(bytes_view bytes) noexcept {
    if (bytes.empty() || find_bmp(bytes[0]) == nullptr) return make_error_code(errc::truncated);
    measured size{};
    if (const auto failure = measure(scan_rows[bytes[0]], bytes, size); failure != errc{}) {
        return make_error_code(failure);
    }
    return field{static_cast<bmp>(bytes[0]), bytes.subspan(size.prefix, size.length),
                 bytes.first(size.prefix + size.length)};
}

result<data_block> data_block::parse(bytes_view bytes) noexcept {
    result<data_block> out;  // parsed in place
    if (const auto parsed = out->assign(bytes); !parsed) out = parsed.error();
    return out;
}

result<void> data_block::assign(bytes_view bytes) noexcept {
    if (count_ != 0) first_.fill(0);
    count_ = 0;
    unparsed_at_ = 0;
    size_ = 0;
    if (bytes.size() > 0xFFFF) return make_error_code(errc::value_out_of_range);
    base_ = bytes.data();
    size_ = static_cast<std::uint16_t>(bytes.size());
    if (const auto failure = scan(); failure != errc{}) {
        *this = data_block{};
        return make_error_code(failure);
    }
    return {};
}

errc data_block::scan() noexcept {
    const auto in = bytes();
    std::size_t position{};
    while (position < in.size()) {
        const auto& row = scan_rows[in[position]];
        if (row.slot == no_slot) break;
        measured size{};
        if (const auto failure = measure(row, in.subspan(position), size); failure != errc{}) {
            return failure;
        }
        if (count_ == max_fields) return errc::too_many_fields;
        entries_[count_] = {static_cast<std::uint16_t>(position),
                            static_cast<std::uint16_t>(size.length),
                            static_cast<std::uint8_t>(size.prefix)};
        ++count_;
        if (first_[row.slot] == 0) first_[row.slot] = static_cast<std::uint8_t>(count_);
        position += size.prefix + size.length;
    }
    unparsed_at_ = static_cast<std::uint16_t>(position);
    return {};
}

field data_block::at(std::size_t index) const noexcept {
    BRIDGE_INVARIANT(index < count_);
    const auto& e = entries_[index];
    const auto* start = base_ + e.at;
    return {static_cast<bmp>(*start),
            {start + e.prefix, e.length},
            {start, static_cast<std::size_t>(e.prefix) + e.length}};
}

const data_block::entry* data_block::find(bmp id) const noexcept {
    const auto slot = scan_rows[static_cast<std::uint8_t>(id)].slot;
    if (slot == no_slot || first_[slot] == 0) return nullptr;
    return &entries_[first_[slot] - std::size_t{1}];
}

bool data_block::has(bmp id) const noexcept { return find(id) != nullptr; }

std::optional<bytes_view> data_block::value(bmp id) const noexcept {
    const auto* e = find(id);
    if (e == nullptr) return std::nullopt;
    return bytes_view{base_ + e->at + e->prefix, e->length};
}

std::optional<std::uint8_t> data_block::byte(bmp id) const noexcept {
    const auto* e = find(id);
    if (e == nullptr || e->length == 0) return std::nullopt;
    return base_[e->at + e->prefix];
}

std::optional<std::uint64_t> data_block::bcd(bmp id) const noexcept {
    const auto* e = find(id);
    if (e == nullptr) return std::nullopt;
    const auto start = static_cast<std::size_t>(e->at) + e->prefix;
    if (e->length == 0 || e->length > 8) return read_bcd(bytes().subspan(start, e->length));
    const auto digits = load_big_endian(bytes().subspan(start), e->length);
    if (detail::nibbles_above_nine(digits) != 0) return std::nullopt;
    return detail::join_digits(digits);
}

std::optional<std::int64_t> data_block::amount() const noexcept {
    const auto digits = bcd(bmp::amount);
    if (!digits) return std::nullopt;
    return static_cast<std::int64_t>(*digits);
}

std::optional<std::uint8_t> data_block::result_code() const noexcept {
    return byte(bmp::result_code);
}

std::optional<receipt_number> data_block::receipt() const noexcept {
    const auto digits = bcd(bmp::receipt_number);
    if (!digits) return std::nullopt;
    return receipt_number{static_cast<std::uint16_t>(*digits)};
}

std::optional<trace_number> data_block::trace() const noexcept {
    const auto digits = bcd(bmp::trace_number);
    if (digits && *digits != 0) return trace_number{*digits};
    if (const auto longer = find_value(tlv(), tag::long_trace_number)) {
        if (const auto number = read_bcd(*longer)) return trace_number{*number};
    }
    if (!digits) return std::nullopt;
    return trace_number{*digits};
}

std::optional<std::uint16_t> data_block::currency_number() const noexcept {
    const auto digits = bcd(bmp::currency);
    if (!digits) return std::nullopt;
    return static_cast<std::uint16_t>(*digits);
}

bytes_view data_block::tlv() const noexcept {
    return value(bmp::tlv_container).value_or(bytes_view{});
}

void data_block::write_to(apdu_writer& out) const noexcept { out.raw(bytes()); }

}  // namespace protocol::zvt
