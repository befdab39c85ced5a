// Control fields. ZVT reference 2.1-2.7. The names are the specification's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace protocol::zvt {

enum class command : std::uint16_t {
    // ECR to PT, money
    authorization = 0x0601,
    account_balance = 0x0603,
    activate_card = 0x0604,
    procurement = 0x0605,
    prepaid_top_up = 0x0609,
    tax_free = 0x060A,
    book_tip = 0x060C,
    telephonic_authorisation = 0x0621,
    reservation = 0x0622,
    partial_reversal = 0x0623,
    book_total = 0x0624,
    reservation_reversal = 0x0625,
    reversal_of_external_reservation = 0x0626,
    reversal = 0x0630,
    refund = 0x0631,
    card_poll_authorization = 0x06E6,
    // ECR to PT, administration
    status_enquiry = 0x0501,
    registration = 0x0600,
    log_off = 0x0602,
    send_turnover_totals = 0x0610,
    reprint_receipts = 0x0612,
    reset_terminal = 0x0618,
    print_system_configuration = 0x061A,
    set_terminal_id = 0x061B,
    repeat_receipt = 0x0620,
    end_of_day = 0x0650,
    send_offline_transactions = 0x0651,
    diagnosis = 0x0670,
    selftest = 0x0679,
    set_date_and_time = 0x0691,
    initialisation = 0x0693,
    change_password = 0x0695,
    abort = 0x06B0,
    read_card = 0x06C0,
    close_card_session = 0x06C5,
    send_apdus = 0x06C6,
    display_text = 0x06E0,
    display_text_function_key = 0x06E1,
    display_text_numeric_input = 0x06E2,
    pin_verification = 0x06E3,
    mac_calculation = 0x06E5,
    display_text_numeric_input_dukpt = 0x06E7,
    display_image = 0x06F0,
    display_text_old = 0x0685,
    display_text_numeric_input_old = 0x0686,
    pin_verification_old = 0x0687,
    display_text_function_key_old = 0x0688,
    service_mode = 0x0801,
    switch_protocol = 0x0802,
    software_update = 0x0810,
    read_file = 0x0811,
    delete_file = 0x0812,
    change_configuration = 0x0813,
    write_file = 0x0814,
    activate_opt_action = 0x0820,
    set_opt_point_in_time = 0x0821,
    opt_pre_initialisation = 0x0822,
    output_opt_data = 0x0823,
    opt_out_of_order = 0x0824,
    select_language = 0x0830,
    change_baudrate = 0x0840,
    activate_card_reader = 0x0850,
    // PT to ECR
    set_date_and_time_in_ecr = 0x0401,
    file_block_request = 0x040C,
    input_request = 0x040D,
    menu_request = 0x040E,
    status_information = 0x040F,
    intermediate_status = 0x04FF,
    completion = 0x060F,
    abort_indication = 0x061E,
    menu_with_image = 0x06D0,
    print_line = 0x06D1,
    print_text_block = 0x06D3,
    dial_up = 0x06D8,
    transmit_data_via_dial_up = 0x06D9,
    receive_data_via_dial_up = 0x06DA,
    hang_up = 0x06DB,
    transparent_mode = 0x06DD,
    blocked_list_query = 0x06E4,
    // Responses
    positive = 0x8000,
    positive_alternative = 0x8400,
};

enum class command_direction : std::uint8_t { ecr_to_pt, pt_to_ecr, both };
/// R: response only. C: ends in a completion. S: like C, with status information before it.
enum class command_flow : std::uint8_t { response_only, completion, status };

struct command_info {
    command code;
    std::string_view name;
    command_direction direction;
    command_flow flow;
    bool moves_money;  // M2: sent at most once per intent
};

/// Commands and the two positive responses; 84 xx and the vendors' 0F xx are not counted.
inline constexpr std::size_t command_count = 81;

/// nullptr: not in the specification, a negative response, or a vendor command.
[[nodiscard]] const command_info* find_command(command) noexcept;

[[nodiscard]] constexpr std::uint8_t class_of(command c) noexcept {
    return static_cast<std::uint8_t>(static_cast<std::uint16_t>(c) >> 8U);
}
[[nodiscard]] constexpr std::uint8_t instruction_of(command c) noexcept {
    return static_cast<std::uint8_t>(static_cast<std::uint16_t>(c) & 0xFFU);
}
[[nodiscard]] constexpr command make_command(std::uint8_t cla, std::uint8_t ins) noexcept {
    return static_cast<command>(static_cast<std::uint16_t>(cla << 8U | ins));
}
/// 84 xx.
[[nodiscard]] constexpr command negative_response(std::uint8_t code) noexcept {
    return make_command(0x84, code);
}

}  // namespace protocol::zvt
