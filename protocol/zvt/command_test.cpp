#include "protocol/zvt/command.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace protocol::zvt;

TEST_SUITE_BEGIN("protocol/zvt/command");

TEST_CASE("command: every control field of the enumeration is in the table, under its own code") {
    std::size_t found = 0;
    std::set<std::string_view> names;
    for (unsigned code = 0; code <= 0xFFFF; ++code) {
        const auto* info = find_command(static_cast<command>(code));
        if (info == nullptr) continue;
        ++found;
        CAPTURE(info->name);
        CHECK(static_cast<unsigned>(info->code) == code);
        CHECK_FALSE(info->name.empty());
        names.insert(info->name);
    }
    CHECK(found == command_count);
    // "Abort" is the specification's name of both 06 B0 and 06 1E.
    CHECK(names.size() == command_count - 1);
}

TEST_CASE("command: the table says who sends a command and how it ends") {
    struct row {
        command code;
        std::string_view name;
        command_direction direction;
        command_flow flow;
    };
    using enum command_direction;
    using enum command_flow;
    for (const auto& row :
         {row{command::authorization, "Authorization", ecr_to_pt, status},
          row{command::registration, "Registration", ecr_to_pt, completion},
          row{command::log_off, "Log-Off", ecr_to_pt, response_only},
          row{command::read_card, "Read Card", ecr_to_pt, response_only},
          row{command::end_of_day, "End-of-Day", ecr_to_pt, status},
          row{command::diagnosis, "Diagnosis", ecr_to_pt, completion},
          row{command::abort, "Abort", ecr_to_pt, response_only},
          row{command::status_information, "Status-Information", pt_to_ecr, response_only},
          row{command::print_line, "Print Line", both, response_only},
          row{command::positive, "Positive Acknowledgement", both, response_only}}) {
        CAPTURE(row.name);
        const auto* info = find_command(row.code);
        REQUIRE(info != nullptr);
        CHECK(info->name == row.name);
        CHECK(info->direction == row.direction);
        CHECK(info->flow == row.flow);
    }
}

TEST_CASE("command: [M2] exactly the commands that move money are marked") {
    std::set<command> marked;
    for (unsigned code = 0; code <= 0xFFFF; ++code) {
        const auto* info = find_command(static_cast<command>(code));
        if (info != nullptr && info->moves_money) marked.insert(info->code);
    }
    using enum command;
    CHECK(marked == std::set<command>{authorization, activate_card, procurement, prepaid_top_up,
                                      book_tip, telephonic_authorisation, reservation,
                                      partial_reversal, book_total, reservation_reversal,
                                      reversal_of_external_reservation, reversal, refund,
                                      card_poll_authorization});
}

TEST_CASE("command: what the specification does not have is not found") {
    for (const unsigned code : {0x0000U, 0x0101U, 0x0400U, 0x0502U, 0x05FFU, 0x0611U, 0x0677U,
                                0x06E8U, 0x0803U, 0x0F00U, 0x0FCAU, 0x8001U, 0x849CU, 0xFFFFU}) {
        CAPTURE(code);
        CHECK(find_command(static_cast<command>(code)) == nullptr);
    }
}

TEST_CASE("command: class and instruction are the two bytes of the control field") {
    CHECK(class_of(command::status_information) == 0x04);
    CHECK(instruction_of(command::status_information) == 0x0F);
    CHECK(make_command(0x06, 0x01) == command::authorization);
    CHECK(negative_response(0x9C) == make_command(0x84, 0x9C));
}

TEST_SUITE_END();
