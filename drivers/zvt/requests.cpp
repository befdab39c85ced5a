#include "drivers/zvt/requests.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

#include "protocol/invariant.hpp"
#include "protocol/zvt/apdu.hpp"
#include "protocol/zvt/messages/administration.hpp"
#include "protocol/zvt/messages/money_command.hpp"
#include "protocol/zvt/messages/registration.hpp"
#include "protocol/zvt/tags.hpp"
#include "protocol/zvt/tlv.hpp"

namespace drivers::zvt {
namespace {

namespace wire = protocol::zvt;
using bytes = std::vector<std::uint8_t>;
using wire::bmp;
using wire_code = wire::command;

constexpr std::int64_t largest_amount = 9'999'999'999;  // 99 999 999.99
constexpr std::size_t attribute_size = 8;               // BMP 3B

/// Largest of our commands: eight display lines of 99 bytes.
using buffer = std::array<std::uint8_t, 1024>;

bytes finished(wire::apdu_writer& out) {
    const auto whole = out.finish();
    BRIDGE_INVARIANT(whole.has_value());
    return {whole->begin(), whole->end()};
}

class encoder {
public:
    explicit encoder(const request_context& context) : context_{context} {}

    result<request> operator()(const money_command& wanted) const {
        if (const auto wrong = check(wanted)) return wrong;
        wire::money_command out;
        out.code = code_of(wanted.kind);
        if (wanted.kind == money_kind::reversal || wanted.kind == money_kind::refund) {
            out.password = options().password;
        }
        if (wanted.amount.minor > 0) out.amount = wanted.amount.minor;
        out.currency = options().currency.number();
        std::array<std::uint8_t, attribute_size> attribute{};
        if (needs_original(wanted.kind)) {
            refer(out, *wanted.original, wanted.kind, attribute);
        } else {
            out.payment_type = options().payment_type;
        }
        const auto tlv = synchronisation(wanted.last_agreed);
        out.tlv = tlv;

        buffer space;
        const auto whole = out.encode(space);
        if (whole.has_error()) return make_error_code(errc::bad_request);
        auto made = with_completion({whole->begin(), whole->end()});
        made.moves_money = true;
        made.may_be_aborted = wanted.kind == money_kind::payment ||
                              wanted.kind == money_kind::reservation ||
                              wanted.kind == money_kind::refund;
        return made;
    }

    result<request> operator()(const repeat_receipt& wanted) const {
        namespace service = wire::repeat_receipt_service;
        const auto silently =
            static_cast<std::uint8_t>(service::send_status_information | service::do_not_print);
        buffer space;
        auto out = with_password(space, wire_code::repeat_receipt);
        out.byte(bmp::service_byte, wanted.print ? service::send_status_information : silently);
        return with_completion(finished(out));
    }

    result<request> operator()(const turnover_totals&) const {
        buffer space;
        auto out = with_password(space, wire_code::send_turnover_totals);
        auto made = administration(finished(out));
        made.asks_totals = true;
        return made;
    }

    result<request> operator()(const end_of_day& wanted) const {
        buffer space;
        auto out = with_password(space, wire_code::end_of_day);
        if (const auto tlv = synchronisation(wanted.last_agreed); !tlv.empty()) {
            out.value(bmp::tlv_container, tlv);
        }
        auto made = administration(finished(out));
        made.asks_totals = true;
        made.end_within = options().timers.t4_end_of_day;
        return made;
    }

    result<request> operator()(const open_reservations&) const {
        const auto& query = wire::open_reservations_query;
        auto made = administration({query.begin(), query.end()});
        made.asks_reservations = true;
        return made;
    }

    result<request> operator()(const diagnosis&) const { return empty(wire_code::diagnosis); }

    result<request> operator()(const status_enquiry&) const {
        auto made = make_enquiry(options(), context_.enquiry);
        made.asks_status = true;
        return made;
    }

    result<request> operator()(const reboot&) const {
        auto made = empty(wire_code::reset_terminal);
        made.restarts = true;
        return made;
    }

    result<request> operator()(const display& wanted) const {
        constexpr std::size_t most_lines = 8;
        constexpr std::size_t longest_line = 99;  // LL
        constexpr std::chrono::seconds longest{255};
        if (wanted.lines.size() > most_lines || wanted.duration < std::chrono::seconds::zero() ||
            wanted.duration > longest) {
            return make_error_code(errc::bad_request);
        }
        buffer space;
        wire::apdu_writer out{space, wire_code::display_text};
        out.byte(bmp::display_seconds, static_cast<std::uint8_t>(wanted.duration.count()));
        auto id = static_cast<std::uint8_t>(bmp::text_1_line_1);
        for (const auto& line : wanted.lines) {
            const auto text = wire::from_utf8(line, context_.texts);
            if (text.size() > longest_line) return make_error_code(errc::bad_request);
            const bytes encoded{text.begin(), text.end()};
            out.value(static_cast<bmp>(id++), encoded);
        }
        auto made = answered_only(finished(out));
        made.answer_within += wanted.duration;  // F0 takes the place of T3
        return made;
    }

    result<request> operator()(const log_off&) const {
        buffer space;
        wire::apdu_writer out{space, wire_code::log_off};
        auto made = answered_only(finished(out));
        made.logs_off = true;
        return made;
    }

private:
    const session_options& options() const { return context_.options; }

    static wire_code code_of(money_kind kind) {
        switch (kind) {
            case money_kind::payment: return wire_code::authorization;
            case money_kind::reservation: return wire_code::reservation;
            case money_kind::book_total: return wire_code::book_total;
            case money_kind::release: return wire_code::reservation_reversal;
            case money_kind::reversal: return wire_code::reversal;
            case money_kind::refund: return wire_code::refund;
        }
        BRIDGE_INVARIANT(false);
        return {};
    }

    static bool needs_original(money_kind kind) {
        return kind == money_kind::book_total || kind == money_kind::release ||
               kind == money_kind::reversal;
    }

    error_code check(const money_command& wanted) const {
        if (wanted.amount.unit != options().currency) return errc::bad_request;
        // 06 25 gives back whole what was reserved: it may do without an amount.
        const std::int64_t least = wanted.kind == money_kind::release ? 0 : 1;
        if (wanted.amount.minor < least || wanted.amount.minor > largest_amount) {
            return errc::bad_request;
        }
        if (!needs_original(wanted.kind)) return {};
        if (!wanted.original) return errc::bad_request;
        const auto receipt = wanted.original->receipt.value();
        if (receipt == 0 || receipt > 9999) return errc::bad_request;
        if (wanted.original->authorisation_attribute.size() > attribute_size) {
            return errc::bad_request;
        }
        return {};
    }

    static void refer(wire::money_command& out, const original_transaction& original,
                      money_kind kind, std::array<std::uint8_t, attribute_size>& attribute) {
        constexpr std::uint64_t largest_trace = 999'999;  // 0B has six digits
        out.receipt = original.receipt;
        if (kind != money_kind::book_total) return;
        if (original.trace && original.trace->value() <= largest_trace) out.trace = original.trace;
        if (original.authorisation_attribute.empty()) return;
        std::ranges::copy(original.authorisation_attribute, attribute.begin());
        out.authorisation_attribute = attribute;
    }

    /// Tag 1F1F: empty when no number is agreed yet, never 0, which would undo receipt 1.
    bytes synchronisation(std::optional<receipt_number> last_agreed) const {
        if (!options().synchronise) return {};
        std::array<std::uint8_t, 32> space;
        wire::tlv_writer out{space};
        const auto& told = context_.last_told;
        if (!last_agreed) {
            out.put(wire::tag::unique_transaction_id, std::initializer_list<std::uint8_t>{});
        } else if (told && told->receipt == *last_agreed) {
            out.put(wire::tag::unique_transaction_id, told->bytes);
        } else {
            out.put_bcd(wire::tag::unique_transaction_id, last_agreed->value(), 4);
        }
        const auto whole = out.finish();
        BRIDGE_INVARIANT(whole.has_value());
        return {whole->begin(), whole->end()};
    }

    wire::apdu_writer with_password(buffer& space, wire_code code) const {
        wire::apdu_writer out{space, code};
        out.raw_bcd(options().password.value(), 6);
        return out;
    }

    request with_completion(bytes apdu) const {
        request made;
        made.apdu = std::move(apdu);
        made.answer_within = options().timers.t3;
        made.end_within = options().timers.t4;
        return made;
    }

    request administration(bytes apdu) const {
        auto made = with_completion(std::move(apdu));
        made.administration = true;
        return made;
    }

    request answered_only(bytes apdu) const {
        auto made = administration(std::move(apdu));
        made.answer_ends = true;
        return made;
    }

    request empty(wire_code code) const {
        buffer space;
        wire::apdu_writer out{space, code};
        return administration(finished(out));
    }

    const request_context& context_;
};

std::uint8_t config_of(const session_options& options) {
    namespace bit = wire::config_byte;
    unsigned config = bit::send_intermediate_status;
    switch (options.printing) {
        case receipt_printing::ecr_lines:
            config |= bit::payment_receipts_to_ecr | bit::administration_receipts_to_ecr |
                      bit::print_lines_to_ecr;
            break;
        case receipt_printing::compose:
            config |= bit::payment_receipts_to_ecr | bit::administration_receipts_to_ecr;
            break;
        case receipt_printing::terminal: break;
    }
    if (options.lock_terminal) {
        config |= bit::no_payments_at_terminal | bit::no_administration_at_terminal;
    }
    return static_cast<std::uint8_t>(config);
}

void put_permitted_commands(wire::tlv_writer& out) {
    // What is not listed the terminal must not send; what is listed we serve. 06 D0, 04 0D and
    // 04 0E ask a person, and there is none at this end.
    const auto mark = out.open(wire::tag::permitted_commands);
    for (const auto code : {wire_code::print_line, wire_code::print_text_block}) {
        out.put(wire::tag::command, {wire::class_of(code), wire::instruction_of(code)});
    }
    out.close(mark);
}

}  // namespace

result<request> make_request(const command& wanted, const request_context& context) {
    return std::visit(encoder{context}, wanted);
}

request make_registration(const session_options& options, registration_form form) {
    std::array<std::uint8_t, 64> tlv_space;
    wire::tlv_writer tlv{tlv_space};
    if (options.printing == receipt_printing::ecr_lines)
        tlv.put_bcd(wire::tag::printer_width, options.printer_width, 2);
    tlv.put(wire::tag::max_apdu_size, {static_cast<std::uint8_t>(options.max_apdu_size >> 8U),
                                       static_cast<std::uint8_t>(options.max_apdu_size & 0xFFU)});
    put_permitted_commands(tlv);
    if (options.charset) {
        const auto mark = tlv.open(wire::tag::charsets);
        tlv.put(wire::tag::charset, {wire::charset_tag(*options.charset)});
        tlv.close(mark);
    }
    const auto container = tlv.finish();
    BRIDGE_INVARIANT(container.has_value());

    buffer space;
    wire::apdu_writer out{space, wire_code::registration};
    out.raw_bcd(options.password.value(), 6).raw_byte(config_of(options));
    out.raw_bcd(options.currency.number(), 4);
    if (form == registration_form::with_tlv) out.value(bmp::tlv_container, *container);

    request made;
    made.apdu = finished(out);
    made.administration = true;
    made.answer_within = options.timers.t3;
    made.end_within = options.timers.t4;
    return made;
}

request make_enquiry(const session_options& options, enquiry_form form) {
    buffer space;
    wire::apdu_writer out{space, wire_code::status_enquiry};
    if (form != enquiry_form::bare) out.raw_bcd(options.password.value(), 6);
    if (form == enquiry_form::with_service_byte)
        out.byte(bmp::service_byte, wire::status_enquiry_service::extended_status);

    request made;
    made.apdu = finished(out);
    made.administration = true;
    made.answer_within = options.timers.t3;
    made.end_within = options.timers.t4;
    return made;
}

request make_abort(const session_options& options) {
    buffer space;
    wire::apdu_writer out{space, wire_code::abort};
    request made;
    made.apdu = finished(out);
    made.answer_ends = true;
    made.answer_within = options.timers.t3;
    return made;
}

std::vector<std::uint8_t> without_password(std::span<const std::uint8_t> apdu) {
    bytes copy{apdu.begin(), apdu.end()};
    const auto split = wire::split_apdu(copy);
    if (split.has_error()) return copy;
    static constexpr wire_code with_password[] = {
        wire_code::registration,   wire_code::status_enquiry, wire_code::send_turnover_totals,
        wire_code::repeat_receipt, wire_code::end_of_day,     wire_code::reversal,
        wire_code::refund};
    constexpr std::size_t password_size = 3;
    const auto data = split->apdu.data;
    if (data.size() < password_size ||
        std::ranges::find(with_password, split->apdu.code) == std::end(with_password)) {
        return copy;
    }
    const auto from = static_cast<std::ptrdiff_t>(copy.size() - data.size());
    std::fill_n(copy.begin() + from, password_size, std::uint8_t{0});
    return copy;
}

}  // namespace drivers::zvt
