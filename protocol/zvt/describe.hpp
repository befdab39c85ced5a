// A message as an annotated tree, for people: every positional byte, BMP and TLV tag with its name
// and what its value means.
//
//     const auto told = describe(apdu);
//     std::cout << told.text;                 // one line a field, indented
//     if (!told.complete) …                   // "?? unknown" stands somewhere in it
//
//     06 01 Authorization, 12 bytes
//       04 amount: 12.34 EUR
//       49 currency: 978 EUR
//       19 payment type: 40, the terminal decides, without GeldKarte
//
// Works on a copy that was masked first, so that what is printed holds no card data (M9) whoever
// asks. Passwords are named, never shown. Allocates; not for hot paths.
#pragma once

#include <optional>
#include <string>

#include "protocol/zvt/apdu.hpp"
#include "protocol/zvt/text.hpp"

namespace protocol::zvt {

struct describe_options {
    std::optional<charset> texts{};  // tag 14 of the message, else guessed, when not given
    int indent{};                    // steps that the first line is indented
};

struct description {
    std::string text;  // UTF-8, each line ends in \n
    /// Every byte has a name. Vendors' commands and tags have one: "vendor data".
    bool complete{};
};

[[nodiscard]] description describe(const apdu_view&, const describe_options& = {});

}  // namespace protocol::zvt
