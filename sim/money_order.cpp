#include "sim/money_order.hpp"

#include "protocol/zvt/codes.hpp"
#include "protocol/zvt/messages/money_command.hpp"
#include "protocol/zvt/tags.hpp"

namespace sim {
namespace {

namespace zvt = protocol::zvt;
namespace tag = protocol::zvt::tag;
using zvt::bmp;

constexpr std::uint8_t protocol_error = 0x9A;
constexpr std::uint8_t amount_too_small = 0xC8;
constexpr std::int64_t max_amount = 99'999'999'99;

/// Digits of a BCD number of any length; nullopt when empty or not decimal.
std::optional<std::uint16_t> receipt_from(bytes_view packed) {
    if (packed.empty()) return std::nullopt;
    unsigned number = 0;
    for (const auto byte : packed) {
        if ((byte >> 4U) > 9 || (byte & 0x0FU) > 9) return std::nullopt;
        number = (number * 100 + (byte >> 4U) * 10 + (byte & 0x0FU)) % 10000;
    }
    return static_cast<std::uint16_t>(number);
}

void read_tlv(money_order& into, bytes_view tlv) {
    if (const auto agreed = zvt::find_value(tlv, tag::unique_transaction_id)) {
        into.synchronised = true;
        into.agreed = receipt_from(*agreed);
    }
    const auto slips = zvt::find_value(tlv, tag::receipt_parameter);
    if (slips && !slips->empty()) into.slips = slips->front();
}

}  // namespace

std::variant<money_order, std::uint8_t> read_money_order(const workings& t,
                                                         const register_command& command,
                                                         booking_kind kind) {
    const auto read = zvt::money_command::decode({command.code, command.data, false});
    if (!read) return protocol_error;
    const auto& block = *read->block;
    if (!block.unparsed().empty()) return zvt::code::unknown_command;

    money_order result;
    result.kind = kind;
    result.amount = read->amount;
    result.currency = read->currency;
    if (read->receipt) result.receipt = read->receipt->value();
    const auto receipt = block.value(bmp::receipt_number);
    result.asks_open_reservations = receipt && !read->receipt;
    result.wants_list = block.has(bmp::tlv_container);
    if (read->trace) result.trace = static_cast<std::uint32_t>(read->trace->value());
    result.tlv_allowed = t.memory.agreement.tlv_allowed || block.has(bmp::tlv_container);
    if (const auto seconds = block.byte(bmp::timeout)) {
        result.goods_timeout = std::chrono::seconds{*seconds};
    }
    result.max_statuses = block.byte(bmp::max_status_informations);
    if (result.max_statuses && !result.goods_timeout) {
        result.goods_timeout = t.config.timers.goods;
    }
    read_tlv(result, read->tlv);
    if (!t.config.synchronises) result.synchronised = false;
    return result;
}

money_order read_synchronisation(const workings& t, bytes_view tlv) {
    money_order result;
    read_tlv(result, tlv);
    if (!t.config.synchronises) result.synchronised = false;
    return result;
}

std::uint8_t objection_to(workings& t, const money_order& order) {
    const bool first = order.kind == booking_kind::payment || order.kind == booking_kind::refund ||
                       order.kind == booking_kind::reservation;
    if (!t.memory.agreement.registered && !t.ecr.with_nobody() &&
        t.faults.strike(fault_kind::unregistered_refused)) {
        return zvt::code::not_registered;
    }
    if (t.faults.strike(fault_kind::printer_out_of_paper)) return zvt::code::printer_not_ready;
    if (order.currency && *order.currency != t.config.currency.number()) {
        return zvt::code::wrong_currency;
    }
    if (first && (!order.amount || *order.amount == 0)) return amount_too_small;
    if (order.amount && *order.amount > max_amount) return 0xC3;
    return 0;
}

std::uint16_t previous_receipt(std::uint16_t receipt) noexcept {
    return static_cast<std::uint16_t>(receipt <= 1 ? 9999 : receipt - 1);
}

void synchronise(workings& t, const money_order& order) {
    if (!order.synchronised || !order.agreed || t.memory.turnover.empty()) return;
    const auto& last = t.memory.turnover.back();
    if (last.receipt != t.memory.last_receipt) return;
    if (*order.agreed != previous_receipt(last.receipt)) return;
    const booking_key key{t.terminal_id(), last.trace};
    unstore_last(t.memory);
    t.save();
    t.host.undo(key);
    t.memory.pending.reset();
    t.memory.undoing = false;
    t.save();
}

}  // namespace sim
