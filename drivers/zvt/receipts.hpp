// Puts the lines and blocks that a terminal prints over the register together to whole receipts.
//
//     receipts.line(*print_line::decode(apdu));      // 06 D1, one at a time
//     receipts.block(*print_text_block::decode(…));  // 06 D3, whole or in parts
//     receipts.finish();                             // the command is over: so is what is left
//     while (auto receipt = receipts.next()) …
//
// A receipt ends with its last line (attribute bit 80), with a block's end marker, when a block of
// another kind follows, or with the command. Lines are kept as bytes until then: which character
// set they are in shows better in a whole receipt than in a line.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "drivers/terminal.hpp"
#include "drivers/zvt/translate.hpp"
#include "protocol/zvt/messages/print.hpp"

namespace drivers::zvt {

class receipts {
public:
    explicit receipts(std::size_t width) noexcept : width_{width} {}

    /// From here on; `administration` is what receipts are that do not say their kind.
    void begin(text_reader read, bool administration);
    void line(const protocol::zvt::print_line&);
    void block(const protocol::zvt::print_text_block&);
    void finish();
    void discard() noexcept;
    [[nodiscard]] std::optional<receipt_text> next();

private:
    struct raw_line {
        protocol::zvt::print_attribute attribute;
        std::vector<std::uint8_t> text;
    };

    void add(protocol::zvt::print_attribute, std::span<const std::uint8_t> text);
    [[nodiscard]] std::string laid_out(const raw_line&, protocol::zvt::charset) const;

    std::size_t width_;
    text_reader read_;
    bool administration_{};
    enum receipt_text::kind kind_{};
    std::optional<protocol::zvt::charset> charset_;  // of the block itself (tag 14)
    std::vector<raw_line> lines_;
    std::deque<receipt_text> whole_;
};

}  // namespace drivers::zvt
