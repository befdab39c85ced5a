#include "protocol/zvt/tlv.hpp"

#include <algorithm>
#include <array>

#include "protocol/bcd.hpp"

namespace protocol::zvt {
namespace {

using enum tlv_format;

// ZVT reference 5.2, then 5.3.
// clang-format off
constexpr tlv_tag_info listed[] = {
    {0x01, "reversal id", binary},
    {0x02, "driver number", bcd},
    {0x03, "car number", bcd},
    {0x04, "mileage", bcd},
    {0x05, "goods group", bcd},
    {0x06, "restriction code 1", bcd},
    {0x07, "text line", text},
    {0x08, "receipt number", bcd},
    {0x09, "attribute", binary},
    {0x0A, "ZVT command", binary},
    {0x0B, "info field", ascii},
    {0x0C, "info field 2", ascii},
    {0x0D, "restriction code 2", bcd},
    {0x0E, "service code", bcd},
    {0x0F, "assignment number", ascii},
    {0x10, "merchant display: columns, lines", bcd},
    {0x11, "customer display: columns, lines", bcd},
    {0x12, "characters per printed line", bcd},
    {0x13, "extra result code", ascii},
    {0x14, "character set", binary},
    {0x15, "language", ascii},
    {0x16, "menu type", binary},
    {0x17, "menu context", binary},
    {0x18, "menu target", binary},
    {0x19, "return value", binary},
    {0x1A, "maximum APDU size", integer},
    {0x1B, "diagnosis type", binary},
    {0x1C, "file block", binary},
    {0x1D, "file id", binary},
    {0x1E, "file offset", integer},
    {0x40, "EMV data to send", binary},
    {0x41, "card type", integer},
    {0x42, "application label", ascii},
    {0x43, "application id (AID)", binary},
    {0x44, "application preferred name", ascii},
    {0x45, "slips to print", bcd},
    {0x46, "EMV print data for the customer", text},
    {0x47, "EMV print data for the merchant", text},
    {0x48, "application priority", binary},
    {0x49, "card type of the network operator", integer},
    {0x4A, "product display", ascii},
    {0x4B, "issuer country", bcd},
    {0x4C, "card UID", binary},
    {0x4D, "EF_ID of the GeldKarte", binary},
    {0x50, "background colour", binary},
    {0x80, "prepaid PIN", ascii},
    {0x81, "prepaid phone number", ascii},
    {0x82, "prepaid text", text},
    {0x83, "prepaid type", ascii},
    {0x84, "minimum charge", bcd},
    {0x85, "maximum charge", bcd},
    {0xC1, "bonus transaction type", ascii},
    {0xC2, "bonus points", bcd},
    {0xC3, "remaining bonus points", bcd},
    {0xC4, "transaction number of the ECR", bcd},
    {0xC5, "value of the bonus points", bcd},
    {0x1F00, "file size", integer},
    {0x1F01, "receipt to repeat", binary},
    {0x1F02, "from transaction number", integer},
    {0x1F03, "to transaction number", integer},
    {0x1F04, "receipt parameter", binary},
    {0x1F05, "transaction parameter", binary},
    {0x1F06, "reservation parameter", binary},
    {0x1F07, "receipt type", binary},
    {0x1F08, "track 1", ascii},
    {0x1F09, "track 2", bcd},
    {0x1F0A, "track 3", bcd},
    {0x1F0B, "maximum pre-authorisation amount", bcd},
    {0x1F0C, "licence plate", ascii},
    {0x1F0D, "transparent data to the host", binary},
    {0x1F0E, "date", bcd},
    {0x1F0F, "time", bcd},
    {0x1F10, "cardholder verification", binary},
    {0x1F11, "online", binary},
    {0x1F12, "card technology", binary},
    {0x1F13, "function requested from the ECR", binary},
    {0x1F14, "card hash", binary},
    {0x1F15, "card reading control", binary},
    {0x1F16, "extended error code", binary},
    {0x1F17, "extended error text", text},
    {0x1F18, "card notification control", binary},
    {0x1F19, "card acceptance", binary},
    {0x1F1A, "PAN pattern for card acceptance", binary},
    {0x1F1B, "DCC markup", bcd},
    {0x1F1C, "DCC card name", ascii},
    {0x1F1D, "amount type", binary},
    {0x1F1E, "decimals", binary},
    {0x1F1F, "unique transaction id", binary},
    {0x1F20, "amount", bcd},
    {0x1F21, "currency", bcd},
    {0x1F22, "DCC display unit of the rate", bcd},
    {0x1F23, "DCC retrieval id", ascii},
    {0x1F24, "DCC reference number", ascii},
    {0x1F25, "cashback amount", bcd},
    {0x1F26, "end-of-day mode", binary},
    {0x1F27, "extended product name (EuroELV)", ascii},
    {0x1F28, "emergency mode (EuroELV)", binary},
    {0x1F29, "limit overridden (EuroELV)", binary},
    {0x1F2A, "additional cardholder information (EuroELV)", ascii},
    {0x1F2B, "long trace number", bcd},
    {0x1F2C, "profile name", ascii},
    {0x1F2D, "how the ECR read the card", binary},
    {0x1F2E, "barcode type", binary},
    {0x1F2F, "barcode", binary},
    {0x1F30, "purse top-up amount", bcd},
    {0x1F31, "PIN block", binary},
    {0x1F32, "SMID", binary},
    {0x1F33, "message to authenticate", binary},
    {0x1F34, "MAC", binary},
    {0x1F35, "ECR id", bcd},
    {0x1F36, "tip amount", bcd},
    {0x1F37, "receipt information", binary},
    {0x1F38, "input mode", binary},
    {0x1F39, "input timeout", integer},
    {0x1F3A, "input result", ascii},
    {0x1F3B, "transaction information", binary},
    {0x1F3C, "input", binary},
    {0x1F3D, "alphanumeric data", binary},
    {0x1F3E, "encrypted cardholder information", binary},
    {0x1F3F, "remaining balance", bcd},
    {0x1F40, "device name", ascii},
    {0x1F41, "software version", ascii},
    {0x1F42, "serial number", bcd},
    {0x1F43, "device state", binary},
    {0x1F44, "terminal id", bcd},
    {0x1F45, "answer to select (ATS)", binary},
    {0x1F46, "card APDU", binary},
    {0x1F47, "card APDU error", binary},
    {0x1F48, "reserved", binary},
    {0x1F49, "reserved", binary},
    {0x1F4A, "reserved", binary},
    {0x1F4B, "reserved", binary},
    {0x1F4C, "contactless card type", binary},
    {0x1F4D, "contactless card subtype", integer},
    {0x1F4E, "reserved", binary},
    {0x1F4F, "contactless card answer (ATQA)", binary},
    {0x1F50, "contactless card acknowledge (SAK)", binary},
    {0x1F51, "SEPA mandate id", ascii},
    {0x1F52, "SEPA creditor id", ascii},
    {0x1F53, "SEPA pre-notification", ascii},
    {0x1F54, "key generation number", integer},
    {0x1F55, "terminal locks", binary},
    {0x1F56, "customer id (4eye)", ascii},
    {0x1F57, "SAM number", bcd},
    {0x1F58, "SAM expiry date", bcd},
    {0x1F59, "payment application", ascii},
    {0x1F5A, "reserved", binary},
    {0x1F5B, "card poll timeout", integer},
    {0x1F5C, "encrypted key", binary},
    {0x1F5D, "plain key", binary},
    {0x1F5E, "IBAN", ascii},
    {0x1F5F, "BIC", ascii},
    {0x1F60, "permitted card technologies", binary},
    {0x1F61, "customer index", binary},
    {0x1F62, "reference id", ascii},
    {0x1F63, "reference value", ascii},
    {0x1F64, "number of payments", binary},
    {0x1F65, "processing selection", binary},
    {0x1F66, "wallet data", binary},
    {0x1F67, "retailer id", binary},
    {0x1F68, "loyalty id", binary},
    {0x1F69, "voucher id", binary},
    {0x1F6A, "remaining amount", bcd},
    {0x1F6B, "minimum age", bcd},
    {0x1F6C, "age verification result", binary},
    {0x1F6D, "card poll mode", binary},
    {0x1F70, "partial approval handled by the ECR", binary},
    {0x1F71, "tags that the terminal evaluates", binary},
    {0x1F72, "contactless card details wanted", binary},
    {0x1F73, "message sequence id", bcd},
    {0x1F74, "long password", ascii},
    {0x1F75, "DUKPT block", binary},
    {0x1F76, "DUKPT key details wanted", binary},
    {0x1F77, "DUKPT engine index", binary},
    {0x1F78, "reboot time wanted", binary},
    {0x1F79, "terminal was rebooted", binary},
    {0x1F80, "file name", ascii},
    {0x1F81, "file MIME type", ascii},
    {0x1F82, "transaction reference", ascii},
    {0x1F83, "acquirer id", bcd},
    {0x9F5A, "membership product id", binary},
    {0x9F5B, "membership number", binary},

    {0x20, "fleet card", constructed},
    {0x21, "permitted goods groups", constructed},
    {0x22, "forbidden goods groups", constructed},
    {0x23, "open pre-authorisations", constructed},
    {0x24, "display texts", constructed},
    {0x25, "print texts", constructed},
    {0x26, "permitted ZVT commands", constructed},
    {0x27, "supported character sets", constructed},
    {0x28, "supported languages", constructed},
    {0x29, "menus shown by the ECR", constructed},
    {0x2A, "menus shown by the terminal", constructed},
    {0x2B, "menu", constructed},
    {0x2C, "menu item", constructed},
    {0x2D, "file", constructed},
    {0x2E, "time stamp", constructed},
    {0x2F, "payment type", constructed},
    {0x30, "card acceptance rule", constructed},
    {0x31, "amount information", constructed},
    {0x32, "input", constructed},
    {0x33, "DUKPT key", constructed},
    {0x34, "terminal date and time", constructed},
    {0x35, "24-hour reboot date and time", constructed},
    {0x60, "application", constructed},
    {0x61, "applications on the magnetic stripe", constructed},
    {0x62, "applications on the chip", constructed},
    {0x63, "prepaid", constructed},
    {0x64, "receipt header", constructed},
    {0x65, "receipt advertising", constructed},
    {0x66, "customer receipt", constructed},
    {0x67, "merchant receipt", constructed},
    {0x68, "transaction outcome on the receipt", constructed},
    {0x69, "reference transaction", constructed},
    {0x6A, "invalid application", constructed},
    {0xE1, "bonus points", constructed},
    {0xE2, "currency conversion (DCC)", constructed},
    {0xE3, "barcode", constructed},
    {0xE4, "device information", constructed},
    {0xE5, "key", constructed},
    {0xE6, "contactless card", constructed},
    {0xE7, "merchant SAM", constructed},
    {0xE8, "value added services", constructed},
    {0xE9, "reference number", constructed},
    {0xEA, "membership data", constructed},
    {0xFF01, "coupon data", constructed},
    {0xFF02, "loyalty data", constructed},
    {0xFF03, "parking ticket", constructed},
    {0xFF04, "voucher data", constructed},
};
// clang-format on

static_assert(std::size(listed) == defined_tag_count + reserved_tag_count);

constexpr bool before(const tlv_tag_info& a, const tlv_tag_info& b) { return a.tag < b.tag; }

constexpr auto sorted = [] {
    std::array<tlv_tag_info, std::size(listed)> table{};
    std::copy(std::begin(listed), std::end(listed), table.begin());
    std::sort(table.begin(), table.end(), before);
    return table;
}();

static_assert(std::adjacent_find(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
                  return a.tag == b.tag;
              }) == sorted.end());

constexpr std::uint8_t tag_continues = 0x1F;
constexpr std::uint8_t constructed_bit = 0x20;
constexpr std::size_t longest_tag = 3;

/// 1F80-1F83 are two bytes although their second byte says that a third follows (9.24).
constexpr bool two_bytes_by_exception(std::uint8_t first, std::uint8_t second) {
    return first == 0x1F && second >= 0x80 && second <= 0x83;
}

struct head {
    tlv_tag tag;
    std::size_t size;  // of tag and length
    std::size_t length;
};

errc read_tag(bytes_view in, tlv_tag& tag, std::size_t& size) noexcept {
    if (in.empty()) return errc::truncated;
    tag = in[0];
    size = 1;
    if ((in[0] & tag_continues) != tag_continues) return {};
    while (true) {
        if (size == longest_tag) return errc::bad_tlv_tag;
        if (size == in.size()) return errc::truncated;
        const auto next = in[size++];
        tag = tag << 8U | next;
        if ((next & 0x80U) == 0 || (size == 2 && two_bytes_by_exception(in[0], next))) return {};
    }
}

errc read_head(bytes_view in, head& out) noexcept {
    if (const auto failure = read_tag(in, out.tag, out.size); failure != errc{}) return failure;
    if (out.size == in.size()) return errc::truncated;
    const auto first = in[out.size++];
    if (first < 0x80) {
        out.length = first;
        return {};
    }
    if (first != 0x81 && first != 0x82) return errc::bad_tlv_length;
    out.length = 0;
    for (std::size_t left = first - 0x80U; left > 0; --left) {
        if (out.size == in.size()) return errc::truncated;
        out.length = out.length << 8U | in[out.size++];
    }
    return {};
}

constexpr std::size_t tag_size(tlv_tag tag) { return tag > 0xFFFF ? 3 : tag > 0xFF ? 2 : 1; }

constexpr std::size_t length_size(std::size_t length) {
    return length > 0xFF ? 3 : length > 0x7F ? 2 : 1;
}

std::size_t write_tag(tlv_tag tag, std::span<std::uint8_t> out) noexcept {
    const auto size = tag_size(tag);
    for (std::size_t n = size; n-- > 0; tag >>= 8U) out[n] = static_cast<std::uint8_t>(tag);
    return size;
}

std::size_t write_length(std::size_t length, std::span<std::uint8_t> out) noexcept {
    const auto size = length_size(length);
    if (size > 1) out[0] = static_cast<std::uint8_t>(0x80 + size - 1);
    if (size > 2) out[1] = static_cast<std::uint8_t>(length >> 8U);
    out[size - 1] = static_cast<std::uint8_t>(length);
    return size;
}

}  // namespace

const tlv_tag_info* find_tag(tlv_tag tag) noexcept {
    const auto* found =
        std::lower_bound(sorted.begin(), sorted.end(), tag,
                         [](const tlv_tag_info& row, tlv_tag wanted) { return row.tag < wanted; });
    return found == sorted.end() || found->tag != tag ? nullptr : found;
}

bool tlv_object::constructed() const noexcept {
    return !whole.empty() && (whole[0] & constructed_bit) != 0;
}

result<tlv_object> tlv_reader::next() noexcept {
    head h{};
    if (const auto failure = read_head(rest_, h); failure != errc{}) {
        return make_error_code(failure);
    }
    if (h.length > rest_.size() - h.size) return make_error_code(errc::truncated);
    const tlv_object object{h.tag, rest_.subspan(h.size, h.length), rest_.first(h.size + h.length)};
    rest_ = rest_.subspan(h.size + h.length);
    return object;
}

std::optional<bytes_view> find_value(bytes_view tlv, tlv_tag tag) noexcept {
    for (tlv_reader in{tlv}; !in.empty();) {
        const auto object = in.next();
        if (!object) return std::nullopt;
        if (object->tag == tag) return object->value;
    }
    return std::nullopt;
}

std::optional<bytes_view> find_value(bytes_view tlv, std::initializer_list<tlv_tag> path) noexcept {
    std::optional<bytes_view> value{tlv};
    for (const auto tag : path) {
        value = find_value(*value, tag);
        if (!value) break;
    }
    return value;
}

std::span<std::uint8_t> tlv_writer::take(std::size_t size) noexcept {
    if (failure_ == errc{} && size > out_.size() - used_) failure_ = errc::buffer_full;
    if (failure_ != errc{}) return {};
    used_ += size;
    return out_.subspan(used_ - size, size);
}

void tlv_writer::put_head(tlv_tag tag, std::size_t length) noexcept {
    if (failure_ == errc{} && (length > 0xFFFF || tag > 0xFFFFFF)) {
        failure_ = errc::value_out_of_range;
    }
    const auto head = take(tag_size(tag) + length_size(length));
    if (!head.empty()) write_length(length, head.subspan(write_tag(tag, head)));
}

tlv_writer& tlv_writer::put(tlv_tag tag, bytes_view value) noexcept {
    put_head(tag, value.size());
    const auto place = take(value.size());
    std::copy_n(value.begin(), place.size(), place.begin());
    return *this;
}

tlv_writer& tlv_writer::put(tlv_tag tag, std::initializer_list<std::uint8_t> value) noexcept {
    return put(tag, bytes_view{value.begin(), value.size()});
}

tlv_writer& tlv_writer::put_text(tlv_tag tag, std::string_view bytes) noexcept {
    put_head(tag, bytes.size());
    const auto place = take(bytes.size());
    std::transform(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(place.size()),
                   place.begin(), [](char letter) { return static_cast<std::uint8_t>(letter); });
    return *this;
}

tlv_writer& tlv_writer::put_bcd(tlv_tag tag, std::uint64_t value, int digits) noexcept {
    const auto size = digits < 0 ? std::size_t{} : (static_cast<std::size_t>(digits) + 1) / 2;
    put_head(tag, size);
    const auto place = take(size);
    if (failure_ == errc{} && !write_bcd(value, place)) failure_ = errc::value_out_of_range;
    return *this;
}

std::size_t tlv_writer::open(tlv_tag tag) noexcept {
    put_head(tag, 0);
    return used_;
}

void tlv_writer::close(std::size_t mark) noexcept {
    if (failure_ != errc{}) return;
    const auto length = used_ - mark;
    if (length > 0xFFFF) {
        failure_ = errc::value_out_of_range;
        return;
    }
    const auto more = length_size(length) - 1;
    if (more > 0) {
        if (take(more).empty()) return;
        const auto content = out_.subspan(mark, length);
        std::copy_backward(content.begin(), content.end(),
                           content.end() + static_cast<std::ptrdiff_t>(more));
    }
    write_length(length, out_.subspan(mark - 1));
}

result<bytes_view> tlv_writer::finish() const noexcept {
    if (failure_ != errc{}) return make_error_code(failure_);
    return bytes_view{out_.first(used_)};
}

}  // namespace protocol::zvt
