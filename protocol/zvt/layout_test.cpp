#include "protocol/zvt/layout.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace protocol::zvt;

TEST_SUITE_BEGIN("protocol/zvt/layout");

namespace {

struct row {
    const char* name;
    command code;
    std::vector<std::uint8_t> data;
    std::size_t size;
};

void check(const row& r) {
    CAPTURE(r.name);
    CHECK(positional_size(r.code, r.data) == r.size);
}

}  // namespace

TEST_CASE("layout: passwords and single bytes stand before the BMPs") {
    for (const auto& r : {
             row{"payment", command::authorization, {0x04, 0, 0, 0, 0, 0x12, 0x34}, 0},
             row{"reversal", command::reversal, {0, 0, 0, 0x87, 0x00, 0x42}, 3},
             row{"refund", command::refund, {0, 0, 0, 0x04, 0, 0, 0, 0, 0x05, 0}, 3},
             row{"telephonic", command::telephonic_authorisation, {0, 0, 0, 0x49, 9, 0x78}, 3},
             row{"password cut short", command::reversal, {0, 0}, 2},
             row{"status enquiry without password", command::status_enquiry, {}, 0},
             row{"status enquiry", command::status_enquiry, {0, 0, 0, 0x03, 0x04}, 3},
             row{"read card", command::read_card, {0x1E, 0x19, 0x10}, 1},
             row{"prepaid", command::prepaid_top_up, {0x00, 0x12, 0x01, 0x04}, 3},
             row{"change password", command::change_password, {0, 0, 0, 1, 2, 3}, 6},
             row{"vendor", make_command(0x0F, 0x55), {0x04, 0x22, 0x06}, 3},
             row{"not in the specification", make_command(0x06, 0x77), {0x04, 0x22}, 0},
         }) {
        check(r);
    }
}

TEST_CASE("layout: a registration may leave the currency out") {
    const auto code = command::registration;
    for (const auto& r : {
             row{"password and config", code, {0, 0, 0, 0x9E}, 4},
             row{"with currency", code, {0, 0, 0, 0x9E, 0x09, 0x78}, 6},
             row{"currency and container", code, {0, 0, 0, 0x9E, 0x09, 0x78, 0x06, 0x00}, 6},
             row{"container only", code, {0, 0, 0, 0x9E, 0x06, 0x03, 0x12, 0x01, 0x24}, 4},
             row{"service byte only", code, {0, 0, 0, 0x9E, 0x03, 0x02}, 4},
             row{"service byte and container", code, {0, 0, 0, 0x9E, 0x03, 0x02, 0x06, 0x00}, 4},
             row{"HKD is no service byte", code, {0, 0, 0, 0x9E, 0x03, 0x44}, 6},
             row{"currency cut short", code, {0, 0, 0, 0x9E, 0x09}, 5},
         }) {
        check(r);
    }
}

TEST_CASE("layout: a completion has four shapes") {
    const auto code = command::completion;
    for (const auto& r : {
             row{"empty", code, {}, 0},
             row{"one status byte", code, {0xDC}, 1},
             row{"BMPs", code, {0x19, 0x00, 0x29, 1, 2, 3, 4}, 0},
             row{"result and container", code, {0x27, 0x06, 0x06, 0x00}, 0},
             row{"version, status", code, {0xF0, 0xF0, 0xF2, 'v', '1', 0x00}, 6},
             row{"version, status, container",
                 code,
                 {0xF0, 0xF0, 0xF2, 'v', '1', 0x00, 0x06, 0x00},
                 6},
             row{"status, container", code, {0xDC, 0x06, 0x03, 0x12, 0x01, 0x24}, 1},
             row{"status F0, container", code, {0xF0, 0x06, 0x03, 0x12, 0x01, 0x24}, 1},
             row{"version longer than the data", code, {0xF0, 0xF1, 0xF2, 'v', 0x00}, 0},
         }) {
        check(r);
    }
}

TEST_CASE("layout: an abort may name the currency without its id") {
    for (const auto code : {command::abort_indication, negative_response(0x1E)}) {
        for (const auto& r : {
                 row{"empty", code, {}, 0},
                 row{"code", code, {0x6C}, 1},
                 row{"bare currency", code, {0x6F, 0x09, 0x78}, 3},
                 row{"currency with id", code, {0x6F, 0x49, 0x09, 0x78}, 1},
                 row{"amounts", code, {0x6F, 0x04, 0, 0, 0, 0, 0x10, 0}, 1},
                 row{"open reservations", code, {0xB8, 0x87, 0xFF, 0xFF}, 1},
                 row{"container", code, {0x7A, 0x06, 0x03, 0x12, 0x01, 0x24}, 1},
                 row{"wrong currency, container", code, {0x6F, 0x06, 0x03, 0x12, 0x01, 0x24}, 1},
             }) {
            check(r);
        }
    }
}

TEST_CASE("layout: the minutes of an intermediate status may be left out") {
    const auto code = command::intermediate_status;
    for (const auto& r : {
             row{"code", code, {0x0A}, 1},
             row{"code, minutes", code, {0x04, 0x02}, 2},
             row{"code, six minutes", code, {0x04, 0x06}, 2},
             row{"code, minutes, container", code, {0xFF, 0x03, 0x06, 0x03, 0x24, 0x01, 0x07}, 2},
             row{"code, container", code, {0xFF, 0x06, 0x03, 0x24, 0x01, 0x07}, 1},
         }) {
        check(r);
    }
}

TEST_CASE("layout: a printed line runs to the end or to an appended container") {
    const auto code = command::print_line;
    for (const auto& r : {
             row{"empty", code, {}, 0},
             row{"attribute", code, {0x00}, 1},
             row{"text", code, {0x40, 'D', 'a', 'n', 'k', 'e'}, 6},
             row{"text and container", code, {0x00, 'A', 0x06, 0x04, 0x1F, 0x07, 0x01, 0x01}, 2},
             row{"six line feeds", code, {0xFF, 0x06}, 2},
             row{"06 that is no container", code, {0x00, 'A', 0x06, 'B'}, 4},
         }) {
        check(r);
    }
}

TEST_CASE("layout: a container is whole when its length says so") {
    std::vector<std::uint8_t> longer(4 + 0x0100, 0x07);
    longer[0] = 0x06;
    longer[1] = 0x82;
    longer[2] = 0x01;
    longer[3] = 0x00;
    CHECK(is_whole_container(longer));
    longer.pop_back();
    CHECK_FALSE(is_whole_container(longer));
    for (const auto& wrong : std::vector<std::vector<std::uint8_t>>{{},
                                                                    {0x06},
                                                                    {0x07, 0x00},
                                                                    {0x06, 0x01},
                                                                    {0x06, 0x80},
                                                                    {0x06, 0x81},
                                                                    {0x06, 0x82, 0x00},
                                                                    {0x06, 0x83, 0x00, 0x00}}) {
        CHECK_FALSE(is_whole_container(wrong));
    }
}

TEST_SUITE_END();
