#include "protocol/zvt/command.hpp"

#include <array>
#include <cstddef>

namespace protocol::zvt {
namespace {

using enum command;
using enum command_direction;

constexpr auto R = command_flow::response_only;
constexpr auto C = command_flow::completion;
constexpr auto S = command_flow::status;
constexpr bool money = true;

// In the order of ZVT reference 2.1, 2.2, 2.7.
// clang-format off
constexpr command_info known[] = {
    {authorization, "Authorization", ecr_to_pt, S, money},
    {account_balance, "Account Balance Request", ecr_to_pt, S, false},
    {activate_card, "Activate Card", ecr_to_pt, S, money},
    {procurement, "Procurement", ecr_to_pt, S, money},
    {prepaid_top_up, "Prepaid Top-Up", ecr_to_pt, S, money},
    {tax_free, "Tax Free", ecr_to_pt, C, false},
    {book_tip, "Book Tip", ecr_to_pt, S, money},
    {telephonic_authorisation, "Telephonic Authorisation", ecr_to_pt, S, money},
    {reservation, "Pre-Authorisation/Reservation", ecr_to_pt, S, money},
    {partial_reversal, "Partial Reversal/Book Reservation", ecr_to_pt, S, money},
    {book_total, "Book Total", ecr_to_pt, S, money},
    {reservation_reversal, "Pre-Authorisation Reversal", ecr_to_pt, S, money},
    {reversal_of_external_reservation, "Reversal of an External Reservation", ecr_to_pt, S, money},
    {reversal, "Reversal", ecr_to_pt, S, money},
    {refund, "Refund", ecr_to_pt, S, money},
    {card_poll_authorization, "Card Poll with Authorization", ecr_to_pt, S, money},

    {status_enquiry, "Status-Enquiry", ecr_to_pt, C, false},
    {registration, "Registration", ecr_to_pt, C, false},
    {log_off, "Log-Off", ecr_to_pt, R, false},
    {send_turnover_totals, "Send Turnover Totals", ecr_to_pt, S, false},
    {reprint_receipts, "Reprint Receipts", ecr_to_pt, C, false},
    {reset_terminal, "Reset Terminal", ecr_to_pt, C, false},
    {print_system_configuration, "Print System Configuration", ecr_to_pt, C, false},
    {set_terminal_id, "Set/Reset Terminal-ID", ecr_to_pt, C, false},
    {repeat_receipt, "Repeat Receipt", ecr_to_pt, S, false},
    {end_of_day, "End-of-Day", ecr_to_pt, S, false},
    {send_offline_transactions, "Send Offline Transactions", ecr_to_pt, C, false},
    {diagnosis, "Diagnosis", ecr_to_pt, C, false},
    {selftest, "Selftest", ecr_to_pt, C, false},
    {set_date_and_time, "Set Date and Time in PT", ecr_to_pt, C, false},
    {initialisation, "Initialisation", ecr_to_pt, C, false},
    {change_password, "Change Password", ecr_to_pt, C, false},
    {abort, "Abort", ecr_to_pt, R, false},
    {read_card, "Read Card", ecr_to_pt, R, false},
    {close_card_session, "Close Card Session", ecr_to_pt, R, false},
    {send_apdus, "Send APDUs", ecr_to_pt, R, false},
    {display_text, "Display Text", ecr_to_pt, R, false},
    {display_text_function_key, "Display Text with Function Key", ecr_to_pt, R, false},
    {display_text_numeric_input, "Display Text with Numeric Input", ecr_to_pt, R, false},
    {pin_verification, "PIN Verification for Customer Card", ecr_to_pt, R, false},
    {mac_calculation, "MAC Calculation", ecr_to_pt, R, false},
    {display_text_numeric_input_dukpt, "Display Text with Numeric Input DUKPT", ecr_to_pt, R, false},
    {display_image, "Display Image", ecr_to_pt, R, false},
    {display_text_old, "Display Text (old form)", ecr_to_pt, R, false},
    {display_text_numeric_input_old, "Display Text with Numeric Input (old form)", ecr_to_pt, R, false},
    {pin_verification_old, "PIN Verification for Customer Card (old form)", ecr_to_pt, R, false},
    {display_text_function_key_old, "Display Text with Function Key (old form)", ecr_to_pt, R, false},
    {service_mode, "Activate Service Mode", ecr_to_pt, C, false},
    {switch_protocol, "Switch Protocol", ecr_to_pt, R, false},
    {software_update, "Software Update", ecr_to_pt, C, false},
    {read_file, "Read File", ecr_to_pt, S, false},
    {delete_file, "Delete File", ecr_to_pt, C, false},
    {change_configuration, "Change Configuration", ecr_to_pt, C, false},
    {write_file, "Write File", ecr_to_pt, C, false},
    {activate_opt_action, "Start OPT Action", ecr_to_pt, C, false},
    {set_opt_point_in_time, "Set OPT Point-in-Time", ecr_to_pt, C, false},
    {opt_pre_initialisation, "Start OPT Pre-Initialisation", ecr_to_pt, C, false},
    {output_opt_data, "Output OPT Data", ecr_to_pt, C, false},
    {opt_out_of_order, "OPT Out-of-Order", ecr_to_pt, C, false},
    {select_language, "Select Language", ecr_to_pt, C, false},
    {change_baudrate, "Change Baudrate", ecr_to_pt, R, false},
    {activate_card_reader, "Activate Card Reader", ecr_to_pt, R, false},

    {set_date_and_time_in_ecr, "Set Date and Time in ECR", pt_to_ecr, R, false},
    {file_block_request, "File Block Request", pt_to_ecr, R, false},
    {input_request, "Input Request", pt_to_ecr, R, false},
    {menu_request, "Menu Request", pt_to_ecr, R, false},
    {status_information, "Status-Information", pt_to_ecr, R, false},
    {intermediate_status, "Intermediate Status-Information", pt_to_ecr, R, false},
    {completion, "Completion", pt_to_ecr, R, false},
    {abort_indication, "Abort", pt_to_ecr, R, false},
    {menu_with_image, "Menu Request with Image", pt_to_ecr, R, false},
    {print_line, "Print Line", both, R, false},
    {print_text_block, "Print Text-Block", both, R, false},
    {dial_up, "Dial-Up", pt_to_ecr, R, false},
    {transmit_data_via_dial_up, "Transmit Data via Dial-Up", pt_to_ecr, R, false},
    {receive_data_via_dial_up, "Receive Data via Dial-Up", pt_to_ecr, R, false},
    {hang_up, "Hang-Up", pt_to_ecr, R, false},
    {transparent_mode, "Transparent Mode", pt_to_ecr, R, false},
    {blocked_list_query, "Blocked-List Query to ECR", pt_to_ecr, R, false},

    {positive, "Positive Acknowledgement", both, R, false},
    {positive_alternative, "Positive Acknowledgement (84 00)", both, R, false},
};
// clang-format on

static_assert(std::size(known) == command_count);

constexpr std::size_t class_count = 6;  // 04, 05, 06, 08, 80, 84

constexpr std::size_t class_slot(std::uint8_t cla) {
    switch (cla) {
        case 0x04: return 0;
        case 0x05: return 1;
        case 0x06: return 2;
        case 0x08: return 3;
        case 0x80: return 4;
        case 0x84: return 5;
        default: return class_count;
    }
}

/// Position + 1 in `known` by class and instruction; 0: not a command.
constexpr auto slots = [] {
    std::array<std::array<std::uint8_t, 256>, class_count> table{};
    for (std::size_t n = 0; n < std::size(known); ++n) {
        table[class_slot(class_of(known[n].code))][instruction_of(known[n].code)] =
            static_cast<std::uint8_t>(n + 1);
    }
    return table;
}();

}  // namespace

const command_info* find_command(command code) noexcept {
    const auto cla = class_slot(class_of(code));
    if (cla == class_count) return nullptr;
    const auto slot = slots[cla][instruction_of(code)];
    return slot == 0 ? nullptr : &known[slot - 1];
}

}  // namespace protocol::zvt
