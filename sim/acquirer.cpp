#include "sim/acquirer.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <ranges>
#include <stdexcept>

#include "protocol/invariant.hpp"
#include "sim/outcome.hpp"

namespace sim {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 6> kind_names{"payment", "refund",  "reservation",
                                                     "capture", "release", "reversal"};

constexpr std::uint8_t host_no_such_transaction = 12;
constexpr std::uint8_t host_amount_too_high = 13;
constexpr std::uint8_t host_card_restricted = 62;
constexpr std::uint8_t host_wrong_pin = 55;

json::object line_of(const booking& entry) {
    json::object line{{"book", entry.number},
                      {"kind", name_of(entry.kind)},
                      {"terminal", entry.key.terminal},
                      {"trace", entry.key.trace},
                      {"amount", entry.amount},
                      {"currency", entry.currency},
                      {"receipt", entry.receipt},
                      {"authorisation_code", entry.authorisation_code},
                      {"card", entry.card},
                      {"masked_pan", entry.masked_pan}};
    if (entry.original) line["original"] = *entry.original;
    return line;
}

booking booking_from(const json::object& line) {
    booking entry;
    entry.number = line.at("book").to_number<std::uint64_t>();
    const auto kind = booking_kind_from(line.at("kind").as_string());
    if (!kind) throw std::invalid_argument{"unknown kind"};
    entry.kind = *kind;
    entry.key = {line.at("terminal").to_number<std::uint32_t>(),
                 line.at("trace").to_number<std::uint32_t>()};
    entry.amount = line.at("amount").to_number<std::int64_t>();
    entry.currency = line.at("currency").to_number<std::uint16_t>();
    entry.receipt = line.at("receipt").to_number<std::uint16_t>();
    entry.authorisation_code = line.at("authorisation_code").as_string();
    entry.card = line.at("card").as_string();
    entry.masked_pan = line.at("masked_pan").as_string();
    if (const auto* original = line.if_contains("original")) {
        entry.original = original->to_number<std::uint64_t>();
    }
    return entry;
}

std::string authorisation_code_for(std::uint64_t number) {
    auto digits = std::to_string(100000 + number * 7919 % 900000);
    return digits.substr(digits.size() - 6);
}

}  // namespace

std::string_view name_of(booking_kind kind) noexcept {
    return kind_names[static_cast<std::size_t>(kind)];
}

std::optional<booking_kind> booking_kind_from(std::string_view name) noexcept {
    const auto found = std::ranges::find(kind_names, name);
    if (found == kind_names.end()) return std::nullopt;
    return static_cast<booking_kind>(found - kind_names.begin());
}

acquirer::acquirer(log_store& books) : books_{books} {
    std::size_t number = 0;
    for (const auto& line : books_.load()) {
        ++number;
        try {
            apply_line(line);
        } catch (const std::exception& error) {
            throw std::runtime_error{"the acquirer's books are damaged at line " +
                                     std::to_string(number) + ": " + error.what()};
        }
    }
}

void acquirer::apply_line(const std::string& line) {
    const auto parsed = json::parse(line).as_object();
    if (const auto* undone = parsed.if_contains("undo")) {
        strike(bookings_.at(undone->to_number<std::uint64_t>() - 1));
    } else if (const auto* lowered = parsed.if_contains("lower")) {
        bookings_.at(lowered->to_number<std::uint64_t>() - 1).amount =
            parsed.at("amount").to_number<std::int64_t>();
    } else {
        enter(booking_from(parsed));
    }
}

const booking* acquirer::find(booking_key key) const noexcept {
    // The latest one: trace numbers come round after 999999.
    const auto found = std::ranges::find(bookings_.rbegin(), bookings_.rend(), key, &booking::key);
    return found == bookings_.rend() ? nullptr : &*found;
}

booking* acquirer::find(booking_key key) noexcept {
    return const_cast<booking*>(std::as_const(*this).find(key));
}

std::uint8_t acquirer::decide(const authorisation_request& request) const {
    if (request.original) {
        const auto* original = find(*request.original);
        if (original == nullptr || original->reversed) return host_no_such_transaction;
        const auto available =
            original->kind == booking_kind::reservation ? held(*original) : original->amount;
        if (request.amount > available) return host_amount_too_high;
        return 0;
    }
    BRIDGE_INVARIANT(request.holder != nullptr);
    if (request.holder->blocked) return host_card_restricted;
    if (request.kind == booking_kind::refund) return 0;
    if (request.online_pin_given && !request.pin_right) return host_wrong_pin;
    return outcome_of(request.amount).host_code;
}

authorisation_answer acquirer::authorise(const authorisation_request& request) {
    authorisation_answer answer{decide(request), {}};
    if (answer.host_code != 0) return answer;

    booking entry;
    entry.number = bookings_.size() + 1;
    entry.kind = request.kind;
    entry.key = request.key;
    entry.amount = request.amount;
    entry.currency = request.currency;
    entry.receipt = request.receipt;
    entry.authorisation_code = authorisation_code_for(entry.number);
    if (request.original) {
        const auto* original = find(*request.original);
        entry.original = original->number;
        entry.card = original->card;
        entry.masked_pan = original->masked_pan;
    } else {
        entry.card = request.holder->name;
        entry.masked_pan = request.holder->masked_pan();
    }
    answer.authorisation_code = entry.authorisation_code;
    books_.append(json::serialize(line_of(entry)));
    enter(std::move(entry));
    return answer;
}

void acquirer::enter(booking entry) {
    if (entry.number != bookings_.size() + 1) {
        throw std::invalid_argument{"entry " + std::to_string(entry.number) + " out of order"};
    }
    if (entry.kind == booking_kind::reversal)
        bookings_.at(entry.original.value() - 1).reversed = true;
    bookings_.push_back(std::move(entry));
}

bool acquirer::stands(booking_key key) const noexcept {
    const auto* entry = find(key);
    return entry != nullptr && !entry->reversed;
}

void acquirer::undo(booking_key key) {
    auto* entry = find(key);
    if (entry == nullptr || entry->reversed) return;
    books_.append(json::serialize(json::object{{"undo", entry->number}}));
    strike(*entry);
}

void acquirer::strike(booking& entry) {
    entry.reversed = true;
    if (entry.kind == booking_kind::reversal) {
        bookings_.at(entry.original.value() - 1).reversed = false;
    }
}

void acquirer::lower(booking_key key, std::int64_t amount) {
    auto* entry = find(key);
    if (entry == nullptr || entry->reversed || amount >= entry->amount) return;
    books_.append(json::serialize(json::object{{"lower", entry->number}, {"amount", amount}}));
    entry->amount = amount;
}

std::int64_t acquirer::held(const booking& reservation) const noexcept {
    if (reservation.kind != booking_kind::reservation || reservation.reversed) return 0;
    const bool ended = std::ranges::any_of(bookings_, [&](const booking& later) {
        return !later.reversed && later.original == reservation.number &&
               (later.kind == booking_kind::capture || later.kind == booking_kind::release);
    });
    return ended ? 0 : reservation.amount;
}

std::map<std::pair<std::string, std::uint16_t>, acquirer::balance> acquirer::balances() const {
    std::map<std::pair<std::string, std::uint16_t>, balance> all;
    for (const auto& entry : bookings_) {
        auto& of_card = all[{entry.card, entry.currency}];
        if (entry.reversed) continue;
        switch (entry.kind) {
            case booking_kind::payment:
            case booking_kind::capture: of_card.charged += entry.amount; break;
            case booking_kind::refund: of_card.charged -= entry.amount; break;
            case booking_kind::reservation: of_card.held += held(entry); break;
            case booking_kind::release:
            case booking_kind::reversal: break;
        }
    }
    return all;
}

std::int64_t acquirer::net_charged(std::string_view card, std::uint16_t currency) const {
    const auto all = balances();
    const auto found = all.find({std::string{card}, currency});
    return found == all.end() ? 0 : found->second.charged;
}

}  // namespace sim
