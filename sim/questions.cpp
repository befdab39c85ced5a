#include "sim/questions.hpp"

#include <algorithm>
#include <array>

#include "protocol/invariant.hpp"
#include "protocol/zvt/bmp.hpp"
#include "protocol/zvt/tags.hpp"
#include "sim/printing.hpp"

namespace sim {
namespace {

namespace zvt = protocol::zvt;
namespace tag = protocol::zvt::tag;

// Tags that only these questions use. PA00P015, TLV container.
constexpr zvt::tlv_tag menu_type = 0x16;
constexpr zvt::tlv_tag menu_context = 0x17;
constexpr zvt::tlv_tag menu_target = 0x18;
constexpr zvt::tlv_tag return_value = 0x19;
constexpr zvt::tlv_tag menu = 0x2B;
constexpr zvt::tlv_tag menu_item = 0x2C;
constexpr zvt::tlv_tag input = 0x32;
constexpr zvt::tlv_tag input_mode = 0x1F38;
constexpr zvt::tlv_tag input_timeout = 0x1F39;

constexpr std::uint8_t accepted = 0x01;
constexpr milliseconds cashier_patience{60000};

bool permits(const workings& t, command code) {
    const auto& permitted = t.memory.agreement.permitted;
    return permitted && std::ranges::count(*permitted, static_cast<std::uint16_t>(code)) != 0;
}

/// One-of-n for the merchant: "yes" returns 1, "no" returns 0.
message yes_or_no(command code) {
    std::array<std::uint8_t, 64> buffer;
    zvt::tlv_writer tlv{buffer};
    const auto whole = tlv.open(menu);
    tlv.put(menu_type, {0x01}).put(menu_context, {0x01}).put(menu_target, {0x01});
    const auto yes = tlv.open(menu_item);
    tlv.put_text(tag::text_line, "yes").put(return_value, {accepted});
    tlv.close(yes);
    const auto no = tlv.open(menu_item);
    tlv.put_text(tag::text_line, "no").put(return_value, {0x00});
    tlv.close(no);
    tlv.close(whole);
    const auto written = tlv.finish();
    BRIDGE_INVARIANT(written.has_value());
    return {code, {}, bytes(written->begin(), written->end()), false};
}

message number_wanted() {
    std::array<std::uint8_t, 64> buffer;
    zvt::tlv_writer tlv{buffer};
    const auto whole = tlv.open(input);
    const auto text = tlv.open(tag::display_texts);
    tlv.put_text(tag::text_line, "Mileage");
    tlv.close(text);
    tlv.put(input_mode, {0x01}).put(input_timeout, {0x00, 0x1E});
    tlv.close(whole);
    const auto written = tlv.finish();
    BRIDGE_INVARIANT(written.has_value());
    return {command::input_request, {}, bytes(written->begin(), written->end()), false};
}

}  // namespace

task<> ask_cashier(workings& t) {
    if (permits(t, command::input_request) && t.faults.strike(fault_kind::asks_for_input)) {
        co_await t.ecr.ask(number_wanted(), cashier_patience);
    }
    if (permits(t, command::menu_request) && t.faults.strike(fault_kind::asks_by_menu)) {
        co_await t.ecr.ask(yes_or_no(command::menu_request), cashier_patience);
    }
}

task<bool> signature_stands(workings& t) {
    if (!permits(t, command::menu_with_image) || !t.faults.strike(fault_kind::signature_dialogue)) {
        co_return true;
    }
    auto question = yes_or_no(command::menu_with_image);
    constexpr std::string_view text = "Signature right?";
    question.body = {static_cast<std::uint8_t>(zvt::bmp::display_seconds), 0x00,
                     static_cast<std::uint8_t>(zvt::bmp::text_1_line_1),
                     static_cast<std::uint8_t>(0xF0 | text.size() / 10),
                     static_cast<std::uint8_t>(0xF0 | text.size() % 10)};
    question.body.insert(question.body.end(), text.begin(), text.end());
    const answer heard = co_await t.ecr.ask(std::move(question), cashier_patience);
    if (!heard.positive()) co_return false;
    const auto block = zvt::data_block::parse(heard.data);
    const auto chosen = block ? zvt::find_value(block->tlv(), return_value) : std::nullopt;
    co_return !chosen || chosen->empty() || chosen->front() == accepted;
}

}  // namespace sim
