// What the values of BMPs mean, for describe().
#include <algorithm>

#include "protocol/bcd.hpp"
#include "protocol/zvt/bmp.hpp"
#include "protocol/zvt/card_data.hpp"
#include "protocol/zvt/codes.hpp"
#include "protocol/zvt/describe_tree.hpp"
#include "protocol/zvt/messages/money_command.hpp"

namespace protocol::zvt {
namespace {

constexpr named_value mime_types[] = {{0, "unknown"}, {1, "gif"},  {2, "jpeg"}, {3, "png"},
                                      {4, "tiff"},    {5, "icon"}, {6, "webp"}, {7, "pdf"}};
constexpr named_value image_encodings[] = {{0, "unknown"}, {1, "none"}, {2, "base64"}};
constexpr named_value pin_algorithms[] = {
    {0x00, "Hectronic"},   {0x01, "Venture"},       {0x02, "UTA"},       {0x03, "BICA"},
    {0x04, "Proeda"},      {0x05, "Wayne"},         {0x06, "Shell"},     {0x07, "LeasePlan"},
    {0x08, "DKV classic"}, {0x09, "Huth"},          {0x0A, "LOMO"},      {0x0B, "frei&flott"},
    {0x13, "BICA 2"},      {0x14, "DataStandards"}, {0x24, "ESSO MK2"},  {0x25, "EuroShell"},
    {0x38, "BFT"},         {0x46, "DKV Selection"}, {0x56, "DEA/DEKRA"}, {0x57, "DUKPT"}};
constexpr named_value output_directions[] = {{0, "out"}, {1, "in"}, {2, "park"}};
constexpr named_value dukpt_keys[] = {{0, "Swiss"}, {1, "OASE"}, {2, "oil"}, {3, "Ratio"}};
constexpr named_value display_devices[] = {{0, "all"}, {1, "external"}, {2, "internal"}};
constexpr named_value echoes[] = {{0xFF, "digits"}, {0x00, "nothing"}};
constexpr named_value reader_states[] = {{0x00, "on"}, {0xFF, "off"}};
constexpr named_value result_payment_types[] = {{0x40, "offline"},
                                                {0x50, "card checked without authorisation"},
                                                {0x60, "online"},
                                                {0x70, "with PIN"}};
constexpr named_bit terminal_needs[] = {{0x01, "initialisation needed"},
                                        {0x02, "diagnosis needed"},
                                        {0x04, "OPT action needed"},
                                        {0x08, "filling station mode"},
                                        {0x10, "vending machine mode"}};
constexpr named_bit repeat_receipt_bits[] = {{0x01, "send the status information"},
                                             {0x02, "do not print"}};
constexpr named_bit status_enquiry_bits[] = {
    {0x01, "no service menu"}, {0x02, "no software version"}, {0x04, "extended status"}};
constexpr named_bit registration_bits[] = {{0x01, "no service menu"}, {0x02, "capitals"}};

/// BMP 19 in a request: the high nibble, then flags.
std::string requested_payment_type(std::uint8_t value) {
    constexpr std::string_view kinds[] = {"ELV or offline",
                                          "GeldKarte",
                                          "online without PIN",
                                          "with PIN (girocard, DC POS)",
                                          "the terminal decides, without GeldKarte",
                                          "the terminal decides, GeldKarte included"};
    constexpr named_bit flags[] = {
        {0x02, "card data of the previous read card"}, {0x04, "printer ready"}, {0x08, "tippable"}};
    auto out = bits_text(value, flags);
    const auto kind = static_cast<std::size_t>(value >> 4U);
    if (kind < std::size(kinds)) out.insert(2, ", " + std::string{kinds[kind]});
    return out;
}

std::string requested_card(std::uint8_t value) {
    switch (value >> 4U) {
        case 1:
        case 2: return hex_text(value, 2) + ", chip";
        case 5: return hex_text(value, 2) + ", chip and magnetic stripe";
        default: return hex_text(value, 2) + ", magnetic stripe";
    }
}

std::string payment_type_text(std::uint8_t value, command code) {
    if (code == command::completion) return bits_text(value, terminal_needs);
    if (code == command::status_information) return value_text(value, result_payment_types);
    if (code == command::read_card) return requested_card(value);
    return requested_payment_type(value);
}

std::string service_byte_text(std::uint8_t value, command code) {
    if (code == command::repeat_receipt) return bits_text(value, repeat_receipt_bits);
    if (code == command::status_enquiry) return bits_text(value, status_enquiry_bits);
    return bits_text(value, registration_bits);
}

/// Digits in pairs with a mark between: 10:15:30.
std::string pairs_text(bytes_view value, char between) {
    std::string out;
    for (const auto byte : value) {
        if (!out.empty()) out += between;
        out += hex_text(byte, 2);
    }
    return out;
}

std::string digits_text(bytes_view value) {
    auto out = hex_text(value);
    std::erase(out, ' ');
    return out;
}

bool printable(bytes_view value) {
    return std::all_of(value.begin(), value.end(),
                       [](auto byte) { return byte >= 0x20 || byte == '\r' || byte == '\n'; });
}

/// ASCII as far as it is; padding at its end is not told.
std::string ascii_text(bytes_view value) {
    while (!value.empty() && (value.back() == 0x00 || value.back() == ' ')) {
        value = value.first(value.size() - 1);
    }
    return printable(value) ? quoted(value, charset::cp437) : hex_text(value);
}

std::string seconds_text(std::uint8_t value) {
    return value == 0 ? "endless" : std::to_string(value) + " s";
}

std::string fixed_bcd_text(bmp id, bytes_view value, const describe_context& context) {
    const auto number = read_bcd(value);
    if (id == bmp::receipt_number && !number) return "none";
    if (id == bmp::amount && number) return amount_text(*number, context.amounts);
    if (id == bmp::currency && number) return currency_text(*number);
    if (id == bmp::time) return pairs_text(value, ':');
    if (id == bmp::date || id == bmp::date_with_year || id == bmp::expiry) {
        return pairs_text(value, '-');
    }
    if (id == bmp::password || id == bmp::card_verification_value) return "(not shown)";
    return digits_text(value);
}

/// The fields of one byte; empty for those whose byte is all there is to say.
std::string byte_text(bmp id, std::uint8_t value, const describe_context& context) {
    if (id == bmp::result_code) return code_text(value, result_code_text(value));
    if (id == bmp::payment_type) return payment_type_text(value, context.code);
    if (id == bmp::service_byte) return service_byte_text(value, context.code);
    if (id == bmp::card_type)
        return std::to_string(value) + ", " + std::string{card_type_name(value)};
    if (id == bmp::image_mime_type) return value_text(value, mime_types);
    if (id == bmp::image_encoding) return value_text(value, image_encodings);
    if (id == bmp::pin_algorithm) return value_text(value, pin_algorithms);
    if (id == bmp::card_output_direction) return value_text(value, output_directions);
    if (id == bmp::dukpt_key_id) return value_text(value, dukpt_keys);
    if (id == bmp::display_device) return value_text(value, display_devices);
    if (id == bmp::echo) return value_text(value, echoes);
    if (id == bmp::card_reader_activation) return value_text(value, reader_states);
    if (id == bmp::timeout || id == bmp::display_seconds) return seconds_text(value);
    return std::to_string(value);
}

std::string card_number_text(bmp id, bytes_view value) {
    if (id == bmp::pan) return std::string{masked_pan::from_bcd(value).view()};
    return std::to_string(value.size()) + " bytes, not shown";
}

bool is_text_line(std::uint8_t id) {
    return (id >= 0xE1 && id <= 0xE8) || (id >= 0xF1 && id <= 0xF8);
}

}  // namespace

std::string currency_text(std::uint64_t number) {
    const auto unit = currency::from_number(static_cast<std::uint16_t>(number));
    return std::to_string(number) + (unit ? " " + std::string{unit->code()} : ", not in ISO 4217");
}

std::string bmp_label(std::uint8_t id, command code) {
    const auto label = hex_text(id, 2) + " ";
    if (static_cast<bmp>(id) != bmp::payment_type) {
        const auto* info = find_bmp(id);
        return label + std::string{info == nullptr ? "unknown" : info->name};
    }
    if (code == command::completion) return label + "status byte";
    return label + (code == command::read_card ? "card type" : "payment type");
}

std::string bmp_meaning(std::uint8_t id, bytes_view value, const describe_context& context) {
    const auto named = static_cast<bmp>(id);
    const auto* info = find_bmp(id);
    if (info == nullptr) return hex_text(value);
    if (info->encoding == bmp_encoding::bcd) return fixed_bcd_text(named, value, context);
    if (info->length == 1) return byte_text(named, value[0], context);
    switch (named) {
        case bmp::pan:
        case bmp::track_1:
        case bmp::track_2:
        case bmp::track_3: return card_number_text(named, value);
        case bmp::contract_number:
        case bmp::authorisation_attribute:
        case bmp::card_name:
        case bmp::additional_data: return ascii_text(value);
        default: return is_text_line(id) ? quoted(value, context.texts) : hex_text(value);
    }
}

}  // namespace protocol::zvt
