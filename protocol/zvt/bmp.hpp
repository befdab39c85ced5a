// The 74 BMPs of ZVT: one-byte id, value in the BMP's own encoding. ZVT reference section 4.
//
//     auto block = data_block::parse(apdu.data);            // views, order kept
//     block->amount();                                      // optional<int64>, minor units
//     block->value(bmp::card_name);                         // bytes without their LL prefix
//
// An unknown BMP has no length and so cannot be skipped: it and all after it stay in unparsed(),
// byte for byte. A block that was parsed writes itself back exactly (write_to).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "protocol/identifiers.hpp"
#include "protocol/zvt/error.hpp"

namespace protocol::zvt {

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

struct bmp_info {
    bmp id;
    std::string_view name;  // as people say it: "receipt number"
    bmp_encoding encoding;
    std::uint8_t length;  // bytes of the fixed encodings; 0 for LL, LLL, TLV
};

/// nullptr: not a BMP of the specification.
[[nodiscard]] const bmp_info* find_bmp(std::uint8_t id) noexcept;

/// One BMP of a data block.
struct field {
    bmp id{};
    bytes_view value;  // without id and length prefix
    bytes_view whole;  // id, prefix, value: as it came
};

class data_block {
public:
    static constexpr std::size_t max_fields = 48;

    /// Walks the BMPs of `bytes`. Errors: truncated, bad_bcd (fixed BCD fields), bad_length_prefix,
    /// bad_tlv_length, too_many_fields. Masks nothing: the receivers did (see card_data.hpp).
    [[nodiscard]] static result<data_block> parse(bytes_view bytes) noexcept;

    [[nodiscard]] std::span<const field> fields() const noexcept;
    /// From the first unknown BMP to the end; empty when every byte was understood.
    [[nodiscard]] bytes_view unparsed() const noexcept;

    [[nodiscard]] bool has(bmp) const noexcept;
    /// Value of the first such BMP; nullopt when absent. An empty view is a present, empty value.
    [[nodiscard]] std::optional<bytes_view> value(bmp) const noexcept;
    [[nodiscard]] std::optional<std::uint8_t> byte(bmp) const noexcept;
    /// Fixed BCD BMPs, already checked by parse().
    [[nodiscard]] std::optional<std::uint64_t> bcd(bmp) const noexcept;

    [[nodiscard]] std::optional<std::int64_t> amount() const noexcept;       // 04, minor units
    [[nodiscard]] std::optional<std::uint8_t> result_code() const noexcept;  // 27
    [[nodiscard]] std::optional<receipt_number> receipt() const noexcept;    // 87; FFFF is absent
    [[nodiscard]] std::optional<trace_number> trace() const noexcept;        // 0B, or TLV 1F2B
    [[nodiscard]] std::optional<std::uint16_t> currency_number() const noexcept;  // 49
    /// Content of BMP 06, to be read with tlv_reader.
    [[nodiscard]] bytes_view tlv() const noexcept;

private:
    std::array<field, max_fields> fields_;
    std::size_t count_{};
    bytes_view unparsed_;
    std::array<std::uint8_t, 256> first_;  // index + 1 of the first field with this id; 0 = absent
};

}  // namespace protocol::zvt
