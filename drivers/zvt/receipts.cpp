#include "drivers/zvt/receipts.hpp"

#include <algorithm>
#include <utility>

namespace drivers::zvt {
namespace {

namespace wire = protocol::zvt;

enum receipt_text::kind kind_of(wire::receipt_kind kind) {
    switch (kind) {
        case wire::receipt_kind::unspecified: return receipt_text::kind::unspecified;
        case wire::receipt_kind::merchant: return receipt_text::kind::merchant;
        case wire::receipt_kind::customer: return receipt_text::kind::customer;
        case wire::receipt_kind::administration: return receipt_text::kind::administration;
    }
    return receipt_text::kind::unspecified;
}

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::ranges::count_if(
        utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

void receipts::begin(text_reader read, bool administration) {
    read_ = read;
    administration_ = administration;
}

void receipts::add(wire::print_attribute attribute, std::span<const std::uint8_t> text) {
    lines_.push_back({attribute, {text.begin(), text.end()}});
}

void receipts::line(const wire::print_line& printed) {
    if (printed.attribute.line_feed()) {
        for (int i = 0; i < printed.feeds; ++i) add({}, {});
        return;
    }
    add(printed.attribute, printed.text);
    if (printed.attribute.last_line()) finish();
}

void receipts::block(const wire::print_text_block& printed) {
    const auto kind = kind_of(printed.kind);
    if (kind != kind_ && kind != receipt_text::kind::unspecified && !lines_.empty()) finish();
    if (kind != receipt_text::kind::unspecified) kind_ = kind;
    if (printed.charset) charset_ = wire::charset_from_tag(*printed.charset);
    // What comes before an error in the block is printed: half a receipt is better than none.
    static_cast<void>(printed.for_each_line(
        [this](wire::print_attribute attribute, std::span<const std::uint8_t> text) {
            add(attribute, text);
        }));
    if (printed.ends_receipt) finish();
}

std::string receipts::laid_out(const raw_line& line, wire::charset charset) const {
    auto text = wire::to_utf8(line.text, charset);
    if (text.empty()) return text;
    if (!line.attribute.centred()) return std::string(line.attribute.indent(), ' ') + text;
    const auto length = characters(text);
    return length >= width_ ? text : std::string((width_ - length) / 2, ' ') + text;
}

void receipts::finish() {
    auto charset = charset_ ? charset_ : read_.agreed;
    if (!charset) {
        std::vector<std::uint8_t> all;
        for (const auto& line : lines_) all.insert(all.end(), line.text.begin(), line.text.end());
        charset = wire::guess_charset(all);
    }
    receipt_text receipt;
    receipt.kind = kind_ == receipt_text::kind::unspecified && administration_
                       ? receipt_text::kind::administration
                       : kind_;
    for (const auto& line : lines_) receipt.lines.push_back(laid_out(line, *charset));
    const bool blank = std::ranges::all_of(receipt.lines, &std::string::empty);
    discard();
    if (!blank) whole_.push_back(std::move(receipt));
}

void receipts::discard() noexcept {
    lines_.clear();
    kind_ = receipt_text::kind::unspecified;
    charset_.reset();
}

std::optional<receipt_text> receipts::next() {
    if (whole_.empty()) return std::nullopt;
    auto receipt = std::move(whole_.front());
    whole_.pop_front();
    return receipt;
}

}  // namespace drivers::zvt
