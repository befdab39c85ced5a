// 06 00 Registration: what the register wants, and what of it this terminal grants.
#include "protocol/zvt/messages/registration.hpp"

#include "protocol/zvt/apdu.hpp"
#include "protocol/zvt/tags.hpp"
#include "protocol/zvt/text.hpp"
#include "sim/dialogues.hpp"

namespace sim {
namespace {

namespace zvt = protocol::zvt;
namespace tag = protocol::zvt::tag;
using zvt::bmp;

constexpr std::uint8_t protocol_error = 0x9A;

std::uint32_t big_endian(bytes_view value) {
    std::uint32_t number = 0;
    for (const auto byte : value) number = number << 8U | byte;
    return number;
}

std::optional<std::vector<std::uint16_t>> permitted_commands(bytes_view tlv) {
    const auto listed = zvt::find_value(tlv, tag::permitted_commands);
    if (!listed) return std::nullopt;
    std::vector<std::uint16_t> commands;
    for (zvt::tlv_reader in{*listed}; !in.empty();) {
        const auto one = in.next();
        if (!one) break;
        if (one->tag == tag::command && one->value.size() == 2) {
            commands.push_back(static_cast<std::uint16_t>(big_endian(one->value)));
        }
    }
    return commands;
}

/// Tag 14, inside 27 or bare: both are seen.
std::optional<std::uint8_t> wanted_charset(bytes_view tlv) {
    auto wanted = zvt::find_value(tlv, {tag::charsets, tag::charset});
    if (!wanted) wanted = zvt::find_value(tlv, tag::charset);
    if (!wanted || wanted->size() != 1) return std::nullopt;
    return wanted->front();
}

register_agreement agree(const workings& t, std::uint8_t config, const zvt::data_block& block) {
    register_agreement agreed;
    agreed.registered = true;
    agreed.config = config;
    agreed.tlv_allowed = block.has(bmp::tlv_container);
    const auto tlv = block.tlv();
    agreed.permitted = permitted_commands(tlv);
    if (const auto wanted = wanted_charset(tlv)) {
        agreed.charset = zvt::charset_from_tag(*wanted).value_or(agreed.charset);
    }
    if (const auto width = zvt::find_value(tlv, tag::printer_width); width && width->size() == 1) {
        const auto columns =
            static_cast<std::uint8_t>((width->front() >> 4U) * 10 + (width->front() & 0x0FU));
        if (columns >= 16 && columns <= 99) agreed.print_width = columns;
    }
    if (const auto limit = zvt::find_value(tlv, tag::max_apdu_size); limit && limit->size() <= 4) {
        agreed.max_apdu = big_endian(*limit);
    }
    agreed.message_ids =
        t.config.numbers_messages && zvt::find_value(tlv, tag::message_sequence_id).has_value();
    return agreed;
}

message completion_of(const workings& t, bytes_view tlv) {
    const auto& agreed = t.memory.agreement;
    std::array<std::uint8_t, 32> buffer;
    zvt::apdu_writer fields{buffer, command::completion};
    fields.byte(bmp::payment_type, 0).bcd(bmp::terminal_id, t.terminal_id());
    fields.currency(t.config.currency.number());
    const auto data = zvt::split_apdu(fields.finish().value())->apdu.data;
    message out{command::completion, bytes(data.begin(), data.end()), std::nullopt, false};
    if (!agreed.tlv_allowed) return out;

    out.tlv.emplace();
    if (zvt::find_value(tlv, tag::printer_width)) {
        const bytes width{
            static_cast<std::uint8_t>(agreed.print_width / 10 << 4U | agreed.print_width % 10)};
        add_tlv(out, tag::printer_width, width);
    }
    if (const auto wanted = wanted_charset(tlv); wanted && zvt::charset_from_tag(*wanted)) {
        const bytes echoed{static_cast<std::uint8_t>(tag::charset), 1, *wanted};
        add_tlv(out, tag::charsets, echoed);
    }
    if (agreed.message_ids) add_tlv(out, tag::message_sequence_id, bytes{0, 0, 0});
    return out;
}

}  // namespace

namespace dialogues {

task<> registration(workings& t, register_command command) {
    t.ecr.number_messages(false);
    const auto asked = zvt::registration::decode({command.code, command.data, false});
    const auto block = asked ? zvt::data_block::parse(asked->block)
                             : protocol::result<zvt::data_block>{asked.error()};
    if (!block) {
        t.ecr.say(messages::negative(protocol_error));
        co_return;
    }
    const auto ours = t.config.currency.number();
    if (asked->currency && *asked->currency != ours) {
        if (t.faults.strike(fault_kind::registration_ignored)) co_return;
        t.ecr.say(messages::wrong_currency(ours));
        co_return;
    }
    t.memory.agreement = agree(t, asked->config, *block);
    t.save();
    t.ecr.say(messages::positive());
    const auto tlv = block->tlv();
    co_await t.ecr.ask(completion_of(t, tlv));
}

}  // namespace dialogues
}  // namespace sim
