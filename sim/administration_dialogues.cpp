// 06 00, 06 02, 05 01, 06 91, 06 18, 06 1B and what shows or prints something about the terminal.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "protocol/zvt/bmp.hpp"
#include "protocol/zvt/codes.hpp"
#include "protocol/zvt/tags.hpp"
#include "sim/conclusion.hpp"
#include "sim/printing.hpp"

namespace sim {
namespace {

namespace zvt = protocol::zvt;
namespace tag = protocol::zvt::tag;
using zvt::bmp;

constexpr std::uint8_t protocol_error = 0x9A;
constexpr std::size_t password_size = 3;
constexpr milliseconds restart_time{200};

/// The BMPs behind a password; an empty block when there are none.
protocol::result<zvt::data_block> block_after(bytes_view data, std::size_t fixed) {
    return zvt::data_block::parse(data.subspan(std::min(fixed, data.size())));
}

task<> print_notice(workings& t, std::string title, std::vector<std::string> lines) {
    co_await print(t, notice(title, std::move(lines), t.receipt_frame()),
                   receipt_for::administration, false);
}

std::vector<std::string> configuration_lines(const workings& t) {
    return {fmt::format("Terminal   {:08}", t.terminal_id()),
            fmt::format("Software   {}", t.config.software_version),
            fmt::format("Currency   {}", t.config.currency.code()),
            fmt::format("Receipt    {:04}", t.memory.last_receipt),
            fmt::format("Trace      {:06}", t.memory.last_trace),
            fmt::format("Config     {:02X}", t.memory.agreement.config)};
}

/// Answers, prints, completes: the shape of most administration commands.
task<> answer_and_print(workings& t, std::string title) {
    t.ecr.say(messages::positive());
    co_await t.ecr.pause(t.draw(t.config.delays.host));
    co_await print_notice(t, std::move(title), configuration_lines(t));
    co_await t.ecr.ask(messages::completion());
}

void put_time_stamp(zvt::tlv_writer& tlv, wall_time now) {
    const auto day = std::chrono::floor<std::chrono::days>(now);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{now - day};
    const auto stamp = tlv.open(tag::terminal_time);
    tlv.put_bcd(tag::time_stamp_date,
                static_cast<std::uint64_t>(static_cast<int>(date.year())) * 10000 +
                    std::uint64_t{unsigned{date.month()}} * 100 + unsigned{date.day()},
                8);
    tlv.put_bcd(tag::time_stamp_time,
                static_cast<std::uint64_t>(time.hours().count() * 10000 +
                                           time.minutes().count() * 100 + time.seconds().count()),
                6);
    tlv.close(stamp);
}

bytes status_tlv(const workings& t) {
    std::array<std::uint8_t, 160> buffer;
    zvt::tlv_writer tlv{buffer};
    tlv.put_bcd(tag::terminal_id, t.terminal_id(), 8);
    const auto device = tlv.open(tag::device);
    tlv.put_text(tag::device_name, "terminal-emulator");
    tlv.put_text(tag::software_version, t.config.software_version);
    tlv.put_bcd(tag::serial_number, t.terminal_id(), 8);
    tlv.put(tag::device_state, {0x00});
    tlv.close(device);
    put_time_stamp(tlv, t.wall_now());
    const auto whole = tlv.finish().value();
    return {whole.begin(), whole.end()};
}

}  // namespace

namespace dialogues {

task<> log_off(workings& t, register_command) {
    t.memory.agreement = {};
    t.save();
    t.ecr.say(messages::positive());
    co_return;
}

task<> status_enquiry(workings& t, register_command command) {
    const auto block = block_after(command.data, password_size);
    if (!block) {
        t.ecr.say(messages::negative(protocol_error));
        co_return;
    }
    constexpr std::uint8_t without_version = 0x02;
    constexpr std::uint8_t with_tlv = 0x04;
    const auto service = block->byte(bmp::service_byte).value_or(0);
    t.ecr.say(messages::positive());
    auto last = messages::completion();
    if ((service & without_version) == 0) {
        const auto& version = t.config.software_version;
        const auto size = version.size();
        last.body = {static_cast<std::uint8_t>(0xF0 | size / 100),
                     static_cast<std::uint8_t>(0xF0 | size / 10 % 10),
                     static_cast<std::uint8_t>(0xF0 | size % 10)};
        last.body.insert(last.body.end(), version.begin(), version.end());
    }
    last.body.push_back(t.person.presented ? zvt::code::card_inserted : zvt::code::ok);
    if ((service & with_tlv) != 0) last.tlv = status_tlv(t);
    co_await t.ecr.ask(std::move(last));
}

task<> diagnosis(workings& t, register_command) {
    t.ecr.say(messages::positive());
    co_await t.show(0x17);
    co_await t.ecr.pause(t.draw(t.config.delays.host));
    // A register that listed what it understands (tag 26) without 04 01 does not get the time.
    const auto& permitted = t.memory.agreement.permitted;
    if (!permitted || std::ranges::count(*permitted, 0x0401) != 0) {
        co_await t.ecr.ask(messages::set_date_and_time_in_ecr(t.wall_now()));
    }
    co_await print_notice(t, "Diagnosis", configuration_lines(t));
    co_await t.ecr.ask(messages::completion());
}

task<> initialisation(workings& t, register_command) {
    co_await answer_and_print(t, "Initialisation");
}

task<> selftest(workings& t, register_command) { co_await answer_and_print(t, "Selftest"); }

task<> print_configuration(workings& t, register_command) {
    co_await answer_and_print(t, "Configuration");
}

task<> set_date_and_time(workings& t, register_command command) {
    const auto block = block_after(command.data, password_size);
    const auto date = block ? block->bcd(bmp::date_with_year) : std::nullopt;
    const auto time = block ? block->bcd(bmp::time) : std::nullopt;
    if (!date || !time) {
        t.ecr.say(messages::negative(protocol_error));
        co_return;
    }
    const std::chrono::year_month_day day{
        std::chrono::year{2000 + static_cast<int>(*date / 10000)},
        std::chrono::month{static_cast<unsigned>(*date / 100 % 100)},
        std::chrono::day{static_cast<unsigned>(*date % 100)}};
    t.ecr.say(messages::positive());
    if (!day.ok() || *time / 10000 > 23 || *time / 100 % 100 > 59 || *time % 100 > 59) {
        co_await give_up(t, zvt::code::unknown_command);
        co_return;
    }
    const auto wanted = std::chrono::sys_days{day} + std::chrono::hours{*time / 10000} +
                        std::chrono::minutes{*time / 100 % 100} + std::chrono::seconds{*time % 100};
    t.memory.clock_offset_s += (wanted - t.wall_now()).count();
    t.save();
    co_await t.ecr.ask(messages::completion());
}

task<> reset_terminal(workings& t, register_command) {
    t.ecr.say(messages::positive());
    co_await t.ecr.ask(messages::completion());
    t.ecr.lose_power(restart_time);
}

task<> set_terminal_id(workings& t, register_command command) {
    const auto block = block_after(command.data, password_size);
    if (!block) {
        t.ecr.say(messages::negative(protocol_error));
        co_return;
    }
    t.ecr.say(messages::positive());
    if (!t.memory.turnover.empty() || t.memory.pending) {
        co_await give_up(t, zvt::code::open_end_of_day);
        co_return;
    }
    t.memory.terminal_id = static_cast<std::uint32_t>(block->bcd(bmp::terminal_id).value_or(0));
    t.save();
    co_await t.ecr.ask(messages::completion());
}

task<> display_text(workings& t, register_command command) {
    const auto block = block_after(command.data, 0);
    if (!block || !block->unparsed().empty()) {
        t.ecr.say(messages::negative(block ? zvt::code::unknown_command : protocol_error));
        co_return;
    }
    t.display.clear();
    for (const auto& field : block->fields()) {
        const auto id = static_cast<std::uint8_t>(field.id);
        if (id < 0xF1 || id > 0xF8) continue;
        t.display.push_back(zvt::to_utf8(field.value, t.memory.agreement.charset));
    }
    t.ecr.say(messages::positive());
}

task<> select_language(workings& t, register_command command) {
    constexpr std::uint8_t languages = 0x10;
    if (command.data.size() != 1 || command.data.front() >= languages) {
        t.ecr.say(messages::negative(protocol_error));
        co_return;
    }
    t.memory.language = command.data.front();
    t.save();
    t.ecr.say(messages::positive());
}

task<> abort_in_idle(workings& t, register_command) {
    t.ecr.say(messages::positive());
    co_return;
}

}  // namespace dialogues
}  // namespace sim
