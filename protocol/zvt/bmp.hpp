// The BMPs of ZVT: one-byte id, value in the BMP's own encoding. ZVT reference section 4.
// The specification's list has 74 of them (E1-E8 and F1-F8 counted one by one); 4C and 92 occur
// only in its other chapters (9.23) and are known here too.
//
//     auto block = data_block::parse(apdu.data);            // views, order kept
//     block->amount();                                      // optional<int64>, minor units
//     block->value(bmp::card_name);                         // bytes without their LL prefix
//     for (const field f : block->fields()) …               // in the order they came
//
// An unknown BMP has no length and so cannot be skipped: it and all after it stay in unparsed(),
// byte for byte. A block that was parsed writes itself back exactly (write_to). It is a view: it
// keeps one pointer into the caller's bytes and, for each field, where it starts and how long it
// is.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>

#include "protocol/identifiers.hpp"
#include "protocol/zvt/error.hpp"

namespace protocol::zvt {

class apdu_writer;

using bytes_view = std::span<const std::uint8_t>;

enum class bmp : std::uint8_t {
    timeout = 0x01,
    max_status_informations = 0x02,
    service_byte = 0x03,
    amount = 0x04,
    pump = 0x05,
    tlv_container = 0x06,
    trace_number = 0x0B,
    time = 0x0C,
    date = 0x0D,
    expiry = 0x0E,
    card_sequence_number = 0x17,
    payment_type = 0x19,  // also: status byte, card type; by command
    pan = 0x22,
    track_2 = 0x23,
    track_3 = 0x24,
    result_code = 0x27,
    terminal_id = 0x29,
    contract_number = 0x2A,
    track_1 = 0x2D,
    synchronous_chip_data = 0x2E,
    original_trace_number = 0x37,
    card_verification_value = 0x3A,
    authorisation_attribute = 0x3B,
    additional_data = 0x3C,
    password = 0x3D,
    currency = 0x49,
    blocked_goods_groups = 0x4C,
    single_totals = 0x60,
    image_id = 0x70,
    image_size = 0x71,
    image_mime_type = 0x72,
    image_encoding = 0x73,
    chunk_count = 0x74,
    chunk_index = 0x75,
    receipt_number = 0x87,
    turnover_number = 0x88,
    card_type = 0x8A,
    card_name = 0x8B,
    network_card_type = 0x8C,
    offline_aid_parameter = 0x92,
    geldkarte_record = 0x9A,
    result_code_as = 0xA0,
    ef_id_chip_data = 0xA7,
    date_with_year = 0xAA,
    ef_info = 0xAF,
    aid_parameter = 0xBA,
    pin_algorithm = 0xD0,
    card_offset = 0xD1,
    card_output_direction = 0xD2,
    dukpt_key_id = 0xD3,
    min_input_length = 0xE0,
    text_2_line_1 = 0xE1,  // .. E8
    max_input_length = 0xE9,
    echo = 0xEA,
    mac = 0xEB,
    display_seconds = 0xF0,
    text_1_line_1 = 0xF1,  // .. F8
    beeps = 0xF9,
    card_reader_activation = 0xFA,
    ok_key_required = 0xFB,
    dialog_control = 0xFC,
    display_device = 0xFD,
};

enum class bmp_encoding : std::uint8_t { binary, bcd, ascii, bits, ll, ll_bcd, lll, lll_bcd, tlv };

/// What may stand in a fixed BCD field.
enum class bmp_digits : std::uint8_t {
    decimal,           // 0-9 only
    decimal_or_all_f,  // 0-9, or every nibble F ("none": receipt number FFFF)
    masked,            // 0-9, E for a hidden digit, F for padding
};

struct bmp_info {
    bmp id;
    std::string_view name;  // as people say it: "receipt number"
    bmp_encoding encoding;
    std::uint8_t length;                      // bytes of the fixed encodings; 0 for LL, LLL, TLV
    bmp_digits digits = bmp_digits::decimal;  // fixed BCD only
};

/// BMPs of the specification's list, and those known here: the list, 4C and 92.
inline constexpr std::size_t listed_bmp_count = 74;
inline constexpr std::size_t known_bmp_count = 76;

/// nullptr: not a BMP of the specification.
[[nodiscard]] const bmp_info* find_bmp(std::uint8_t id) noexcept;

/// One BMP of a data block.
struct field {
    bmp id{};
    bytes_view value;  // without id and length prefix
    bytes_view whole;  // id, prefix, value: as it came
};

/// The one BMP at the start of `bytes`, which hold a known id. Errors: those of data_block::parse.
[[nodiscard]] result<field> read_field(bytes_view bytes) noexcept;

class data_block {
public:
    static constexpr std::size_t max_fields = 48;

    class iterator;
    class field_range;

    /// A block without fields.
    data_block() noexcept { first_.fill(0); }  // entries_ stays unset: count_ says how many count

    /// Walks the BMPs of `bytes`, at most 65535 of them. Errors: truncated, bad_bcd (fixed BCD
    /// fields), bad_length_prefix, bad_tlv_length, too_many_fields, value_out_of_range (longer than
    /// an APDU can be). Masks nothing: the receivers did (see card_data.hpp).
    [[nodiscard]] static result<data_block> parse(bytes_view bytes) noexcept;
    /// The same into an existing block, without a copy. After an error the block is empty.
    [[nodiscard]] result<void> assign(bytes_view bytes) noexcept;

    /// The fields in their order, each made on the fly: iterate by value, `[n]`, `size()`.
    [[nodiscard]] field_range fields() const noexcept;
    /// From the first unknown BMP to the end; empty when every byte was understood.
    [[nodiscard]] bytes_view unparsed() const noexcept { return bytes().subspan(unparsed_at_); }
    /// Everything that was parsed: the fields' `whole`, one behind the other, then unparsed().
    [[nodiscard]] bytes_view bytes() const noexcept { return {base_, size_}; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

    [[nodiscard]] bool has(bmp) const noexcept;
    /// Value of the first such BMP; nullopt when absent. An empty view is a present, empty value.
    [[nodiscard]] std::optional<bytes_view> value(bmp) const noexcept;
    [[nodiscard]] std::optional<std::uint8_t> byte(bmp) const noexcept;
    /// Fixed BCD BMPs, checked by parse(); nullopt also for a masked value and for FFFF.
    [[nodiscard]] std::optional<std::uint64_t> bcd(bmp) const noexcept;

    [[nodiscard]] std::optional<std::int64_t> amount() const noexcept;       // 04, minor units
    [[nodiscard]] std::optional<std::uint8_t> result_code() const noexcept;  // 27
    [[nodiscard]] std::optional<receipt_number> receipt() const noexcept;    // 87; FFFF is absent
    /// 0B; TLV 1F2B when 0B is absent or 000000.
    [[nodiscard]] std::optional<trace_number> trace() const noexcept;
    [[nodiscard]] std::optional<std::uint16_t> currency_number() const noexcept;  // 49
    /// Content of BMP 06, to be read with tlv_reader.
    [[nodiscard]] bytes_view tlv() const noexcept;

    /// Writes every field and what was not understood exactly as it came.
    void write_to(apdu_writer& out) const noexcept;

private:
    struct entry {
        std::uint16_t at;      // of the id, from base_
        std::uint16_t length;  // of the value
        std::uint8_t prefix;   // id and length bytes before the value
    };

    [[nodiscard]] errc scan() noexcept;
    [[nodiscard]] field at(std::size_t index) const noexcept;
    [[nodiscard]] const entry* find(bmp) const noexcept;

    const std::uint8_t* base_{};
    std::uint16_t size_{};
    std::uint16_t unparsed_at_{};
    std::uint16_t count_{};
    std::array<std::uint8_t, known_bmp_count> first_;  // index + 1 of the first such field; 0: none
    std::array<entry, max_fields> entries_;
};

class data_block::iterator {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = field;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = field;

    iterator() noexcept = default;
    [[nodiscard]] field operator*() const noexcept { return block_->at(index_); }
    iterator& operator++() noexcept {
        ++index_;
        return *this;
    }
    iterator operator++(int) noexcept {
        auto before = *this;
        ++index_;
        return before;
    }
    friend bool operator==(const iterator&, const iterator&) noexcept = default;

private:
    friend class field_range;
    iterator(const data_block& block, std::size_t index) noexcept : block_{&block}, index_{index} {}
    const data_block* block_{};
    std::size_t index_{};
};

class data_block::field_range {
public:
    [[nodiscard]] iterator begin() const noexcept { return {*block_, 0}; }
    [[nodiscard]] iterator end() const noexcept { return {*block_, size()}; }
    [[nodiscard]] std::size_t size() const noexcept { return block_->count_; }
    [[nodiscard]] bool empty() const noexcept { return size() == 0; }
    [[nodiscard]] field operator[](std::size_t index) const noexcept { return block_->at(index); }

private:
    friend class data_block;
    explicit field_range(const data_block& block) noexcept : block_{&block} {}
    const data_block* block_;
};

inline data_block::field_range data_block::fields() const noexcept { return field_range{*this}; }

}  // namespace protocol::zvt
