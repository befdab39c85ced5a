#include "sim/printing.hpp"

#include <algorithm>
#include <array>

#include "protocol/invariant.hpp"
#include "protocol/zvt/messages/registration.hpp"
#include "protocol/zvt/tags.hpp"
#include "protocol/zvt/text.hpp"

namespace sim {
namespace {

namespace zvt = protocol::zvt;
namespace tag = protocol::zvt::tag;

constexpr std::size_t paper_kept = 20;
constexpr std::size_t usual_block_limit = 1000;
constexpr std::size_t long_receipt_size = 4093;
constexpr std::uint8_t end_marker = 0xC0;

bool permits(const register_agreement& agreement, command code) {
    return agreement.permitted &&
           std::ranges::find(*agreement.permitted, static_cast<std::uint16_t>(code)) !=
               agreement.permitted->end();
}

zvt::charset charset_named(std::string_view name) {
    if (name == "iso_8859_1") return zvt::charset::iso_8859_1;
    if (name == "utf_8") return zvt::charset::utf_8;
    if (name == "zvt_7bit") return zvt::charset::zvt_7bit;
    return zvt::charset::cp437;
}

/// Fills a receipt with blank-padded lines until one block of it has `size` bytes.
receipt_lines lengthened(receipt_lines lines, std::size_t size) {
    constexpr std::size_t columns = 40;
    constexpr std::size_t line_overhead = 2;
    std::size_t used = 32;
    for (const auto& line : lines) used += line.text.size() + 2 * line_overhead;
    const auto end = lines.back();
    lines.pop_back();
    while (used + columns + line_overhead <= size) {
        lines.push_back({0x00, std::string(columns, '.')});
        used += columns + line_overhead;
    }
    lines.push_back(end);
    return lines;
}

void put_on_own_paper(workings& t, const receipt_lines& lines) {
    std::vector<std::string> text;
    for (const auto& line : lines) text.push_back(line.text);
    t.paper.push_back(std::move(text));
    if (t.paper.size() > paper_kept) t.paper.pop_front();
}

/// One 06 D3 at a time: as many lines as fit `limit` bytes.
class block_builder {
public:
    block_builder(receipt_for whom, std::size_t limit) : whom_{whom}, limit_{limit} {}

    [[nodiscard]] bool fits(const bytes& text) const noexcept {
        return texts_.empty() || texts_.size() + text.size() + 8 <= limit_;
    }
    void add(std::uint8_t attribute, const bytes& text) {
        if (attribute != attribute_) put(tag::attribute, {attribute});
        attribute_ = attribute;
        put(tag::text_line, text);
    }
    void end() { put(tag::attribute, {end_marker}); }
    [[nodiscard]] bool empty() const noexcept { return texts_.empty(); }

    message take() {
        message out{command::print_text_block, {}, bytes{}, false};
        const std::array kind{static_cast<std::uint8_t>(whom_)};
        add_tlv(out, tag::receipt_type, kind);
        add_tlv(out, tag::print_texts, texts_);
        texts_.clear();
        attribute_.reset();
        return out;
    }

private:
    void put(zvt::tlv_tag which, const bytes& value) {
        message holder;
        add_tlv(holder, which, value);
        texts_.insert(texts_.end(), holder.tlv->begin(), holder.tlv->end());
    }

    receipt_for whom_;
    std::size_t limit_;
    bytes texts_;
    std::optional<std::uint8_t> attribute_;
};

std::vector<message> as_lines(workings& t, const receipt_lines& lines) {
    std::vector<message> out;
    for (const auto& line : lines) {
        out.push_back(messages::print_line(line.attribute, printed_text(t, line.text)));
    }
    return out;
}

std::vector<message> as_blocks(workings& t, const receipt_lines& lines, receipt_for whom,
                               std::size_t limit) {
    std::vector<message> out;
    block_builder block{whom, limit};
    for (const auto& line : lines) {
        const auto text = printed_text(t, line.text);
        if (!block.fits(text)) out.push_back(block.take());
        // The end of a receipt is a marker of its own here, not a bit of its last line.
        block.add(static_cast<std::uint8_t>(line.attribute & 0x7FU), text);
    }
    block.end();
    out.push_back(block.take());
    return out;
}

}  // namespace

bytes printed_text(workings& t, std::string_view utf8) {
    auto charset = t.memory.agreement.charset;
    if (const auto struck = t.faults.strike(fault_kind::text_encoding)) {
        charset = charset_named(struck->value);
    }
    const auto text = zvt::from_utf8(utf8, charset);
    return {text.begin(), text.end()};
}

print_target target_of(workings& t, bool of_payment) {
    const auto& agreement = t.memory.agreement;
    const auto taken = of_payment ? zvt::config_byte::payment_receipts_to_ecr
                                  : zvt::config_byte::administration_receipts_to_ecr;
    if (t.ecr.with_nobody() || (agreement.config & taken) == 0) return print_target::own_printer;
    if (t.faults.strike(fault_kind::prints_itself)) return print_target::own_printer;
    if ((agreement.config & zvt::config_byte::print_lines_to_ecr) == 0) {
        return print_target::composed;
    }
    return permits(agreement, command::print_text_block) ? print_target::register_blocks
                                                         : print_target::register_lines;
}

task<print_outcome> print(workings& t, receipt_lines lines, receipt_for whom, bool of_payment) {
    const auto target = target_of(t, of_payment);
    std::vector<message> out;
    switch (target) {
        case print_target::composed: co_return print_outcome::done;
        case print_target::own_printer: put_on_own_paper(t, lines); co_return print_outcome::done;
        case print_target::register_lines: out = as_lines(t, lines); break;
        case print_target::register_blocks: {
            if (t.faults.strike(fault_kind::long_receipt)) {
                lines = lengthened(std::move(lines), long_receipt_size);
                out = as_blocks(t, lines, whom, 2 * long_receipt_size);
                break;
            }
            const auto limit = t.memory.agreement.max_apdu;
            out = as_blocks(t, lines, whom, limit > 64 ? limit - 64 : usual_block_limit);
            break;
        }
    }
    auto outcome = print_outcome::done;
    for (auto& one : out) {
        const answer heard = co_await t.ecr.ask(std::move(one));
        if (!heard.came()) co_return print_outcome::unanswered;
        if (!heard.positive()) outcome = print_outcome::refused;
    }
    co_return outcome;
}

}  // namespace sim
