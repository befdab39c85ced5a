// TLV tags that the code reads or writes by name. ZVT reference 5.2, 5.3; all 223 are in tlv.cpp.
#pragma once

#include "protocol/zvt/tlv.hpp"

namespace protocol::zvt::tag {

inline constexpr tlv_tag text_line = 0x07;
inline constexpr tlv_tag receipt_number = 0x08;
inline constexpr tlv_tag attribute = 0x09;
inline constexpr tlv_tag command = 0x0A;
inline constexpr tlv_tag merchant_display = 0x10;
inline constexpr tlv_tag customer_display = 0x11;
inline constexpr tlv_tag printer_width = 0x12;
inline constexpr tlv_tag charset = 0x14;
inline constexpr tlv_tag language = 0x15;
inline constexpr tlv_tag max_apdu_size = 0x1A;
inline constexpr tlv_tag menu_type = 0x16;
inline constexpr tlv_tag menu_context = 0x17;
inline constexpr tlv_tag menu_target = 0x18;
inline constexpr tlv_tag return_value = 0x19;
inline constexpr tlv_tag diagnosis_type = 0x1B;
inline constexpr tlv_tag file_block = 0x1C;
inline constexpr tlv_tag file_id = 0x1D;
inline constexpr tlv_tag file_offset = 0x1E;
inline constexpr tlv_tag open_reservations = 0x23;
inline constexpr tlv_tag display_texts = 0x24;
inline constexpr tlv_tag print_texts = 0x25;
inline constexpr tlv_tag permitted_commands = 0x26;
inline constexpr tlv_tag charsets = 0x27;
inline constexpr tlv_tag menu = 0x2B;
inline constexpr tlv_tag menu_item = 0x2C;
inline constexpr tlv_tag file = 0x2D;
inline constexpr tlv_tag payment_type = 0x2F;
inline constexpr tlv_tag input = 0x32;
inline constexpr tlv_tag terminal_time = 0x34;
inline constexpr tlv_tag card_type = 0x41;
inline constexpr tlv_tag application_label = 0x42;
inline constexpr tlv_tag application_id = 0x43;
inline constexpr tlv_tag preferred_name = 0x44;
inline constexpr tlv_tag slips = 0x45;
inline constexpr tlv_tag network_card_type = 0x49;
inline constexpr tlv_tag product_display = 0x4A;
inline constexpr tlv_tag application = 0x60;
inline constexpr tlv_tag device = 0xE4;
inline constexpr tlv_tag file_size = 0x1F00;
inline constexpr tlv_tag receipt_type = 0x1F07;
inline constexpr tlv_tag receipt_parameter = 0x1F04;
inline constexpr tlv_tag time_stamp_date = 0x1F0E;
inline constexpr tlv_tag time_stamp_time = 0x1F0F;
inline constexpr tlv_tag cardholder_verification = 0x1F10;
inline constexpr tlv_tag online = 0x1F11;
inline constexpr tlv_tag card_technology = 0x1F12;
inline constexpr tlv_tag vendor_error_code = 0x1F16;
inline constexpr tlv_tag vendor_error_text = 0x1F17;
inline constexpr tlv_tag decimals = 0x1F1E;
inline constexpr tlv_tag unique_transaction_id = 0x1F1F;
inline constexpr tlv_tag currency = 0x1F21;
inline constexpr tlv_tag long_trace_number = 0x1F2B;
inline constexpr tlv_tag tip = 0x1F36;
inline constexpr tlv_tag receipt_information = 0x1F37;
inline constexpr tlv_tag input_mode = 0x1F38;
inline constexpr tlv_tag input_timeout = 0x1F39;
inline constexpr tlv_tag input_result = 0x1F3A;
inline constexpr tlv_tag device_name = 0x1F40;
inline constexpr tlv_tag software_version = 0x1F41;
inline constexpr tlv_tag serial_number = 0x1F42;
inline constexpr tlv_tag device_state = 0x1F43;
inline constexpr tlv_tag terminal_id = 0x1F44;
inline constexpr tlv_tag message_sequence_id = 0x1F73;
inline constexpr tlv_tag rebooted = 0x1F79;
inline constexpr tlv_tag file_name = 0x1F80;
inline constexpr tlv_tag file_mime_type = 0x1F81;

}  // namespace protocol::zvt::tag
