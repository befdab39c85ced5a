// What the terminal tells of the past: 06 10 Turnover totals, 06 50 End of day, 06 20 Repeat
// receipt, 06 12 Reprint receipts; and 06 C0 Read card.
#include "protocol/zvt/bmp.hpp"
#include "protocol/zvt/codes.hpp"
#include "protocol/zvt/tags.hpp"
#include "sim/conclusion.hpp"
#include "sim/printing.hpp"
#include "sim/reading.hpp"

namespace sim {
namespace {

namespace zvt = protocol::zvt;
namespace tag = protocol::zvt::tag;
using zvt::bmp;

constexpr std::size_t password_size = 3;
constexpr std::uint8_t protocol_error = 0x9A;
constexpr std::uint8_t nothing_to_repeat = 0x83;
constexpr zvt::tlv_tag tag_receipt_to_repeat = 0x1F01;

protocol::result<zvt::data_block> block_after_password(bytes_view data) {
    return zvt::data_block::parse(data.subspan(std::min(password_size, data.size())));
}

day_totals totals_now(workings& t) {
    auto totals = totals_of(t.memory);
    totals.trace = t.next_trace();
    totals.when = t.wall_now();
    return totals;
}

/// A sale that the totals forget: the latest one that counts.
void forget_one_sale(day_totals& totals, const terminal_memory& memory) {
    for (auto sale = memory.turnover.rbegin(); sale != memory.turnover.rend(); ++sale) {
        const auto* holder = sale->holder();
        if (sale->reversed || holder == nullptr || sale->kind != booking_kind::payment) continue;
        auto& of_brand = totals.brands[static_cast<std::size_t>(holder->brand)];
        --of_brand.count;
        of_brand.amount = std::max<std::int64_t>(of_brand.amount - sale->amount, 0);
        return;
    }
}

task<> repeat_day(workings& t, bool tells, bool prints) {
    const auto day = *t.memory.last_day;
    if (tells) co_await t.ecr.ask(messages::status(day));
    if (prints) {
        co_await print(t, day_receipt(day, t.config.currency.number(), t.receipt_frame()),
                       receipt_for::administration, true);
    }
    co_await t.ecr.ask(messages::completion());
}

task<> repeat_transaction(workings& t, transaction one, bool tells, bool prints) {
    if (tells) {
        const messages::status_details details{t.terminal_id(), t.config.contract_number, true,
                                               t.memory.agreement.tlv_allowed, false};
        co_await t.ecr.ask(messages::status(one, details));
    }
    if (prints) {
        const std::array both{receipt_for::merchant, receipt_for::customer};
        for (const auto whom : both) {
            co_await print(t, transaction_receipt(one, whom, t.receipt_frame()), whom, true);
        }
    }
    co_await t.ecr.ask(messages::completion());
}

std::optional<std::uint16_t> receipt_at(bytes_view data, std::size_t at) {
    if (data.size() < at + 2) return std::nullopt;
    const auto two = [&](std::size_t i) { return (data[i] >> 4U) * 10U + (data[i] & 0x0FU); };
    return static_cast<std::uint16_t>(two(at) * 100 + two(at + 1));
}

}  // namespace

namespace dialogues {

task<> turnover_totals(workings& t, register_command) {
    t.ecr.say(messages::positive());
    auto totals = totals_now(t);
    t.save();
    co_await t.ecr.ask(messages::status(totals));
    co_await t.ecr.ask(messages::completion());
}

task<> end_of_day(workings& t, register_command command) {
    const auto block = block_after_password(command.data);
    if (!block) {
        t.ecr.say(messages::negative(protocol_error));
        co_return;
    }
    t.ecr.say(messages::positive());
    synchronise(t, read_synchronisation(t, block->tlv()));
    co_await t.ecr.at(step::command_received);
    co_await t.show(0x0E);
    t.waits_for = "host";
    co_await t.ecr.pause(t.draw(t.config.delays.host));
    auto totals = totals_now(t);
    if (t.faults.strike(fault_kind::totals_differ)) forget_one_sale(totals, t.memory);
    // The host has the day now; what the register does with the totals changes nothing any more.
    t.memory.turnover.clear();
    std::erase_if(t.memory.reservations, [](const transaction& one) { return one.reversed; });
    t.memory.last_day = totals;
    t.memory.last_is_end_of_day = true;
    t.save();
    co_await t.ecr.at(step::before_status);
    co_await t.ecr.ask(messages::status(totals));
    co_await t.ecr.at(step::before_prints);
    co_await print(t, day_receipt(totals, t.config.currency.number(), t.receipt_frame()),
                   receipt_for::administration, false);
    co_await t.ecr.at(step::before_completion);
    co_await t.ecr.ask(messages::completion());
    co_await t.ecr.at(step::completed);
}

task<> repeat_receipt(workings& t, register_command command) {
    const auto block = block_after_password(command.data);
    if (!block) {
        t.ecr.say(messages::negative(protocol_error));
        co_return;
    }
    constexpr std::uint8_t send_status = 0x01;
    constexpr std::uint8_t do_not_print = 0x02;
    const auto service = block->byte(bmp::service_byte).value_or(0);
    const auto which = zvt::find_value(block->tlv(), tag_receipt_to_repeat);
    t.ecr.say(messages::positive());
    if (t.faults.strike(fault_kind::bare_repeat_receipt)) {
        co_await t.ecr.ask(messages::completion());
        co_return;
    }
    const bool tells = (service & send_status) != 0;
    const bool prints = (service & do_not_print) == 0;
    const bool asks_day = which && !which->empty() && which->front() == 0x04;
    const bool shows_day = asks_day || (t.memory.last_is_end_of_day &&
                                        t.faults.strike(fault_kind::repeat_shows_end_of_day));
    auto last = t.memory.last;
    if (t.faults.strike(fault_kind::repeat_shows_last_executed)) last = t.memory.last_executed;
    if (shows_day && t.memory.last_day) {
        co_await repeat_day(t, tells, prints);
    } else if (last && !asks_day) {
        co_await repeat_transaction(t, *last, tells, prints);
    } else {
        co_await give_up(t, nothing_to_repeat);
    }
}

task<> reprint_receipts(workings& t, register_command command) {
    const auto from = receipt_at(command.data, password_size);
    if (!from) {
        t.ecr.say(messages::negative(protocol_error));
        co_return;
    }
    const auto to = receipt_at(command.data, password_size + 2).value_or(*from);
    t.ecr.say(messages::positive());
    std::vector<transaction> wanted;
    for (const auto& stored : t.memory.turnover) {
        if (stored.receipt >= *from && stored.receipt <= to) wanted.push_back(stored);
    }
    if (wanted.empty()) {
        co_await give_up(t, nothing_to_repeat);
        co_return;
    }
    for (const auto& one : wanted) {
        co_await print(t, transaction_receipt(one, receipt_for::merchant, t.receipt_frame()),
                       receipt_for::merchant, true);
    }
    co_await t.ecr.ask(messages::completion());
}

task<> read_card(workings& t, register_command) {
    t.ecr.say(messages::positive());
    t.ecr.abortable(true);
    const card* holder = co_await read_card_of_holder(t);
    const bool aborted = t.ecr.aborted();
    t.ecr.abortable(false);
    if (holder == nullptr) {
        if (!aborted) co_await t.ecr.ask(messages::status(zvt::code::aborted));
        co_return;
    }
    std::array<std::uint8_t, 64> buffer;
    zvt::apdu_writer fields{buffer, command::status_information};
    fields.byte(bmp::result_code, 0).bcd(bmp::expiry, holder->expiry);
    fields.value(bmp::pan, holder->masked_pan_bcd()).byte(bmp::card_type, holder->zvt_type);
    const auto data = zvt::split_apdu(fields.finish().value())->apdu.data;
    message out{command::status_information, bytes(data.begin(), data.end()), std::nullopt, false};
    co_await t.ecr.ask(std::move(out));
}

}  // namespace dialogues
}  // namespace sim
