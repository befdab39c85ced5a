#include "protocol/zvt/describe.hpp"

#include <vector>

#include "protocol/zvt/card_data.hpp"
#include "protocol/zvt/codes.hpp"
#include "protocol/zvt/describe_positional.hpp"
#include "protocol/zvt/describe_tree.hpp"
#include "protocol/zvt/layout.hpp"
#include "protocol/zvt/messages/status_information.hpp"
#include "protocol/zvt/tags.hpp"

namespace protocol::zvt {
namespace {

using bytes = std::vector<std::uint8_t>;

constexpr int field_depth = 1;
constexpr int deepest_text = 8;

/// The APDU as it crosses the wire, with its card data masked.
bytes masked_copy(const apdu_view& apdu) {
    bytes copy(apdu.data.size() + 5);
    const auto whole = apdu_writer{copy, apdu.code}.raw(apdu.data).finish(apdu.extended_length);
    copy.resize(whole ? whole->size() : 0);
    mask_card_data(copy);
    return copy;
}

bool is_vendor(command code) { return class_of(code) == 0x0F; }

void describe_header(describe_tree& tree, const apdu_view& apdu) {
    auto label = hex_text(class_of(apdu.code), 2) + " " + hex_text(instruction_of(apdu.code), 2);
    std::string_view meaning;
    if (const auto* info = find_command(apdu.code)) {
        label.append(" ").append(info->name);
    } else if (apdu.is_negative_response()) {
        label += " Negative Acknowledgement";
        meaning = result_code_text(apdu.response_code());
    } else if (is_vendor(apdu.code)) {
        label += " vendor command";
    } else {
        tree.unknown(0, bytes{class_of(apdu.code), instruction_of(apdu.code)});
    }
    label += ", " + std::to_string(apdu.data.size()) + (apdu.data.size() == 1 ? " byte" : " bytes");
    tree.line(0, label, meaning);
}

void describe_totals(describe_tree& tree, int depth, bytes_view value,
                     const describe_context& context) {
    const auto totals = single_totals::decode(value);
    if (!totals) {
        tree.broken(depth, value, totals.error());
        return;
    }
    tree.line(depth, "first receipt", std::to_string(totals->first.value()));
    tree.line(depth, "last receipt", std::to_string(totals->last.value()));
    for (std::size_t n = 0; n < totals->brands.size(); ++n) {
        const auto& brand = totals->brands[n];
        tree.line(depth, single_totals::brand_names[n],
                  std::to_string(brand.count) + ", " +
                      amount_text(static_cast<std::uint64_t>(brand.amount), context.amounts));
    }
}

void describe_field(describe_tree& tree, const field& one, const describe_context& context) {
    const auto id = static_cast<std::uint8_t>(one.id);
    const auto label = bmp_label(id, context.code);
    if (one.id == bmp::tlv_container) {
        tree.line(field_depth, label);
        describe_container(tree, field_depth + 1, one.value, context);
    } else if (one.id == bmp::single_totals) {
        tree.line(field_depth, label);
        describe_totals(tree, field_depth + 1, one.value, context);
    } else {
        tree.line(field_depth, label, bmp_meaning(id, one.value, context));
    }
}

void describe_block(describe_tree& tree, bytes_view block, const describe_context& context) {
    while (!block.empty()) {
        if (find_bmp(block[0]) == nullptr) {
            tree.unknown(field_depth, block);
            return;
        }
        const auto one = read_field(block);
        if (!one) {
            tree.broken(field_depth, block, one.error());
            return;
        }
        describe_field(tree, *one, context);
        block = block.subspan(one->whole.size());
    }
}

/// Every text of a container, one behind the other: more to guess a character set from than a line.
void collect_texts(bytes_view tlv, int depth, bytes& texts) {
    for (tlv_reader in{tlv}; !in.empty();) {
        const auto object = in.next();
        if (!object) return;
        const auto* info = find_tag(object->tag);
        if (info == nullptr) continue;
        if (info->format == tlv_format::text) {
            texts.insert(texts.end(), object->value.begin(), object->value.end());
        } else if (info->format == tlv_format::constructed && depth < deepest_text) {
            collect_texts(object->value, depth + 1, texts);
        }
    }
}

charset charset_of(const apdu_view& apdu, bytes_view fixed, const data_block& block) {
    auto named = find_value(block.tlv(), tag::charset);
    if (!named) named = find_value(block.tlv(), {tag::input, tag::charset});
    if (!named) named = find_value(block.tlv(), {tag::menu, tag::charset});
    if (named && named->size() == 1) {
        if (const auto set = charset_from_tag((*named)[0])) return *set;
    }
    bytes texts;
    if (apdu.code == command::print_line && !fixed.empty()) {
        texts.assign(fixed.begin() + 1, fixed.end());
    }
    for (const field one : block.fields()) {
        if (one.id >= bmp::text_2_line_1) {
            texts.insert(texts.end(), one.value.begin(), one.value.end());
        }
    }
    collect_texts(block.tlv(), 0, texts);
    return guess_charset(texts);
}

/// Answers' data are BMPs, a container or free; nothing in them says which.
bool is_free_answer(const apdu_view& apdu, const result<data_block>& block) {
    if (!apdu.is_response() || apdu.code == negative_response(0x1E)) return false;
    return !block || !block->unparsed().empty() || apdu.data.size() == 1;
}

}  // namespace

description describe(const apdu_view& original, const describe_options& options) {
    const auto copy = masked_copy(original);
    const auto split = split_apdu(copy);
    describe_tree tree{options.indent};
    if (!split) {
        tree.line(0, "?? no APDU: more than 65535 bytes");
        return {std::move(tree.text()), false};
    }
    const auto& apdu = split->apdu;
    const auto size = positional_size(apdu.code, apdu.data);
    const auto fixed = apdu.data.first(size);
    const auto rest = apdu.data.subspan(size);
    const auto block = data_block::parse(rest);

    describe_context context{.code = apdu.code};
    if (block) {
        context.texts = options.texts.value_or(charset_of(apdu, fixed, *block));
        const auto unit = currency::from_number(block->currency_number().value_or(0));
        if (unit) context.amounts = *unit;
    } else if (options.texts) {
        context.texts = *options.texts;
    }

    describe_header(tree, apdu);
    if (is_free_answer(apdu, block)) {
        describe_answer(tree, apdu.data, context);
    } else {
        describe_positional(tree, fixed, context);
        describe_block(tree, rest, context);
    }
    return {std::move(tree.text()), tree.complete()};
}

}  // namespace protocol::zvt
