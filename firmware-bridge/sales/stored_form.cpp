// The stored form of json.hpp. Each struct has one function members() that names its members once;
// the writer and the reader both walk it, so they cannot disagree. members() takes the struct apart
// by structured binding: a member that is added to the struct and not here does not compile.
#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <concepts>
#include <type_traits>
#include <utility>

#include "firmware-bridge/sales/json.hpp"

namespace bridge::sales {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;
using protocol::error_code;

constexpr std::int64_t version = 1;

/// A const or a mutable T, as the writer and the reader need it.
template <class T, class Wanted>
concept is = std::same_as<std::remove_const_t<T>, Wanted>;

template <class T>
concept enumeration = std::is_enum_v<T>;

/// One of the structs below. Containers and times have constructors; these have none.
template <class T>
concept structure = std::is_aggregate_v<T>;

// ------------------------------------------------------------------ members of each struct

template <class Archive, is<failure> T>
void members(Archive& archive, T& it) {
    auto& [code, message] = it;
    archive("code", code);
    archive("message", message);
}

template <class Archive, is<terminal_reference> T>
void members(Archive& archive, T& it) {
    auto& [receipt, trace, turnover, terminal, authorization_code, result_code, result_text] = it;
    archive("receipt", receipt);
    archive("trace", trace);
    archive("turnover", turnover);
    archive("terminal", terminal);
    archive("authorization_code", authorization_code);
    archive("result_code", result_code);
    archive("result_text", result_text);
}

template <class Archive, is<receipts> T>
void members(Archive& archive, T& it) {
    auto& [merchant, customer] = it;
    archive("merchant", merchant);
    archive("customer", customer);
}

template <class Archive, is<drivers::card_details> T>
void members(Archive& archive, T& it) {
    auto& [brand, masked_pan, entry_mode, verification, application_id, label, type] = it;
    archive("brand", brand);
    archive("masked_pan", masked_pan);
    archive("entry_mode", entry_mode);
    archive("cardholder_verification", verification);
    archive("application_id", application_id);
    archive("application_label", label);
    archive("type", type);
}

template <class Archive, is<drivers::brand_total> T>
void members(Archive& archive, T& it) {
    auto& [brand, count, amount] = it;
    archive("brand", brand);
    archive("count", count);
    archive("amount", amount);
}

template <class Archive, is<drivers::day_totals> T>
void members(Archive& archive, T& it) {
    auto& [amount, brands, first, last] = it;
    archive("amount", amount);
    archive("brands", brands);
    archive("first", first);
    archive("last", last);
}

template <class Archive, is<drivers::transaction_result> T>
void members(Archive& archive, T& it) {
    auto& [result_code, result_text, amount, currency, receipt, trace, original_trace, turnover,
           authorisation_code, contract_number, terminal, terminal_date, terminal_time,
           additional_text, card, totals, synchronised] = it;
    archive("result_code", result_code);
    archive("result_text", result_text);
    archive("amount", amount);
    archive("currency", currency);
    archive("receipt", receipt);
    archive("trace", trace);
    archive("original_trace", original_trace);
    archive("turnover", turnover);
    archive("authorisation_code", authorisation_code);
    archive("contract_number", contract_number);
    archive("terminal", terminal);
    archive("terminal_date", terminal_date);
    archive("terminal_time", terminal_time);
    archive("additional_text", additional_text);
    archive("card", card);
    archive("totals", totals);
    archive("synchronised", synchronised);
}

template <class Archive, is<drivers::original_transaction> T>
void members(Archive& archive, T& it) {
    auto& [receipt, trace, attribute] = it;
    archive("receipt", receipt);
    archive("trace", trace);
    archive("authorisation_attribute", attribute);
}

template <class Archive, is<terminal_memory::tally> T>
void members(Archive& archive, T& it) {
    auto& [count, amount] = it;
    archive("count", count);
    archive("amount", amount);
}

template <class Archive, is<payment> T>
void members(Archive& archive, T& it) {
    auto& [id, terminal, requested, tip, capture, reference, account, invoice, metadata, status,
           authorized, captured, refunded, refunds_pending, card, at_terminal, printed, why, advice,
           resolution, created, updated] = it;
    archive("id", id);
    archive("terminal", terminal);
    archive("requested", requested);
    archive("tip", tip);
    archive("capture", capture);
    archive("reference", reference);
    archive("account", account);
    archive("invoice", invoice);
    archive("metadata", metadata);
    archive("status", status);
    archive("authorized", authorized);
    archive("captured", captured);
    archive("refunded", refunded);
    archive("refunds_pending", refunds_pending);
    archive("card", card);
    archive("at_terminal", at_terminal);
    archive("receipts", printed);
    archive("failure", why);
    archive("advice", advice);
    archive("resolution", resolution);
    archive("created", created);
    archive("updated", updated);
}

template <class Archive, is<refund> T>
void members(Archive& archive, T& it) {
    auto& [id, of_payment, terminal, amount, reason, notes, method, route, status, at_terminal,
           printed, why, advice, resolution, created, updated] = it;
    archive("id", id);
    archive("payment", of_payment);
    archive("terminal", terminal);
    archive("amount", amount);
    archive("reason", reason);
    archive("notes", notes);
    archive("method", method);
    archive("route", route);
    archive("status", status);
    archive("at_terminal", at_terminal);
    archive("receipts", printed);
    archive("failure", why);
    archive("advice", advice);
    archive("resolution", resolution);
    archive("created", created);
    archive("updated", updated);
}

template <class Archive, is<day_candidate> T>
void members(Archive& archive, T& it) {
    auto& [of_payment, of_refund, amount, receipt, why] = it;
    archive("payment", of_payment);
    archive("refund", of_refund);
    archive("amount", amount);
    archive("receipt", receipt);
    archive("why", why);
}

template <class Archive, is<operation> T>
void members(Archive& archive, T& it) {
    auto& [id, terminal, kind, status, messages, printed, totals, last_transaction, differences,
           candidates, why, created, updated] = it;
    archive("id", id);
    archive("terminal", terminal);
    archive("kind", kind);
    archive("status", status);
    archive("messages", messages);
    archive("printed", printed);
    archive("totals", totals);
    archive("last_transaction", last_transaction);
    archive("differences", differences);
    archive("candidates", candidates);
    archive("failure", why);
    archive("created", created);
    archive("updated", updated);
}

template <class Archive, is<day_entry> T>
void members(Archive& archive, T& it) {
    auto& [day, row, amount, by] = it;
    archive("day", day);
    archive("row", row);
    archive("amount", amount);
    archive("by", by);
}

template <class Archive, is<intent> T>
void members(Archive& archive, T& it) {
    auto& [id, terminal, kind, for_payment, for_refund, amount, original, receipt_before,
           trace_before, baseline_known, stage, outcome, last_result, in_day, created] = it;
    archive("id", id);
    archive("terminal", terminal);
    archive("kind", kind);
    archive("payment", for_payment);
    archive("refund", for_refund);
    archive("amount", amount);
    archive("original", original);
    archive("receipt_before", receipt_before);
    archive("trace_before", trace_before);
    archive("baseline_known", baseline_known);
    archive("stage", stage);
    archive("outcome", outcome);
    archive("result", last_result);
    archive("in_day", in_day);
    archive("created", created);
}

template <class Archive, is<terminal_memory> T>
void members(Archive& archive, T& it) {
    auto& [terminal, baseline_known, last_receipt, last_trace, last_agreed, day, day_number,
           day_complete, day_opened] = it;
    archive("terminal", terminal);
    archive("baseline_known", baseline_known);
    archive("last_receipt", last_receipt);
    archive("last_trace", last_trace);
    archive("last_agreed", last_agreed);
    archive("day", day);
    archive("day_number", day_number);
    archive("day_complete", day_complete);
    archive("day_opened", day_opened);
}

// ------------------------------------------------------------------------------ writing

class writer {
public:
    explicit writer(object& out) : out_{out} {}

    template <class T>
    void operator()(std::string_view name, const T& member) {
        out_.emplace(name, to_value(member));
    }

private:
    value to_value(bool it) { return value(it); }
    value to_value(const std::string& it) { return value(it, out_.storage()); }
    template <std::integral T>
    value to_value(T it) {
        return value(it);
    }
    template <enumeration T>
    value to_value(T it) {
        return value(to_string(it), out_.storage());
    }
    template <class Tag, class Rep>
    value to_value(protocol::strong_id<Tag, Rep> it) {
        return value(it.value());
    }
    value to_value(wall_time it) { return value(it.time_since_epoch().count()); }
    value to_value(const money& it) {
        value made(boost::json::object_kind, out_.storage());
        made.get_object().emplace("minor", it.minor);
        made.get_object().emplace("currency", it.unit.code());
        return made;
    }
    template <class T>
    value to_value(const std::optional<T>& it) {
        return it ? to_value(*it) : value(nullptr);
    }
    template <class T>
    value to_value(const std::vector<T>& it) {
        array made(out_.storage());
        made.reserve(it.size());
        for (const auto& element : it) made.push_back(to_value(element));
        return made;
    }
    template <class T>
    value to_value(const std::map<std::string, T>& it) {
        object made(out_.storage());
        for (const auto& [key, element] : it) made.emplace(key, to_value(element));
        return made;
    }
    template <structure T>
    value to_value(const T& it) {
        value made(boost::json::object_kind, out_.storage());
        writer inner{made.get_object()};
        members(inner, it);
        return made;
    }

    object& out_;
};

template <class T>
std::string stored(const T& it) {
    unsigned char buffer[4096];
    boost::json::monotonic_resource memory(buffer);
    object out(&memory);
    out.emplace("v", version);
    writer archive{out};
    members(archive, it);
    return boost::json::serialize(out);
}

// ------------------------------------------------------------------------------ reading

/// Reads the members of one object; keeps the first error and from then on does nothing.
class reader {
public:
    reader(const object& in, error_code& error) : in_{in}, error_{error} {}

    template <class T>
    void operator()(std::string_view name, T& member) {
        if (error_) return;
        const value* found = in_.if_contains(name);
        if (found == nullptr) {
            error_ = json_errc::missing_member;
            return;
        }
        ++read_;
        from_value(*found, member);
    }

    /// Call when all members are read.
    void finish() {
        if (!error_ && read_ != in_.size()) error_ = json_errc::unknown_member;
    }

private:
    template <class T>
    const T* expect(const T* found) {
        if (found == nullptr && !error_) error_ = json_errc::wrong_type;
        return found;
    }

    void from_value(const value& in, bool& out) {
        if (const bool* found = expect(in.if_bool())) out = *found;
    }
    void from_value(const value& in, std::string& out) {
        if (const auto* found = expect(in.if_string())) out.assign(found->data(), found->size());
    }
    template <std::integral T>
    void from_value(const value& in, T& out) {
        if (const auto* number = in.if_int64()) {
            narrow(*number, out);
        } else if (const auto* large = in.if_uint64()) {
            narrow(*large, out);
        } else {
            error_ = json_errc::wrong_type;
        }
    }
    template <std::integral From, std::integral To>
    void narrow(From number, To& out) {
        if (std::in_range<To>(number)) {
            out = static_cast<To>(number);
        } else {
            error_ = json_errc::out_of_range;
        }
    }

    template <enumeration T>
    void from_value(const value& in, T& out) {
        const auto* name = expect(in.if_string());
        if (name == nullptr) return;
        // The enumerations are dense from 0, and to_string() is empty behind the last.
        for (int candidate = 0; !to_string(static_cast<T>(candidate)).empty(); ++candidate) {
            if (to_string(static_cast<T>(candidate)) == std::string_view{*name}) {
                out = static_cast<T>(candidate);
                return;
            }
        }
        error_ = json_errc::unknown_name;
    }
    template <class Tag, class Rep>
    void from_value(const value& in, protocol::strong_id<Tag, Rep>& out) {
        Rep number{};
        from_value(in, number);
        out = protocol::strong_id<Tag, Rep>{number};
    }
    void from_value(const value& in, wall_time& out) {
        std::int64_t since_1970{};
        from_value(in, since_1970);
        out = wall_time{std::chrono::milliseconds{since_1970}};
    }
    void from_value(const value& in, money& out) {
        const auto* pair = expect(in.if_object());
        if (pair == nullptr) return;
        std::string code;
        reader inner{*pair, error_};
        inner("minor", out.minor);
        inner("currency", code);
        inner.finish();
        if (error_ || code == protocol::currency{}.code()) return;
        if (const auto unit = protocol::currency::from_code(code)) {
            out.unit = *unit;
        } else {
            error_ = json_errc::unknown_name;
        }
    }
    template <class T>
    void from_value(const value& in, std::optional<T>& out) {
        if (!in.is_null()) from_value(in, out.emplace());
    }
    template <class T>
    void from_value(const value& in, std::vector<T>& out) {
        const auto* elements = expect(in.if_array());
        if (elements == nullptr) return;
        for (const auto& element : *elements) from_value(element, out.emplace_back());
    }
    template <class T>
    void from_value(const value& in, std::map<std::string, T>& out) {
        const auto* elements = expect(in.if_object());
        if (elements == nullptr) return;
        for (const auto& [key, element] : *elements) from_value(element, out[std::string{key}]);
    }
    template <structure T>
    void from_value(const value& in, T& out) {
        const auto* found = expect(in.if_object());
        if (found == nullptr) return;
        reader inner{*found, error_};
        members(inner, out);
        inner.finish();
    }

    const object& in_;
    error_code& error_;
    std::size_t read_{};
};

template <class T>
protocol::result<T> from_stored(std::string_view text) {
    unsigned char buffer[4096];
    boost::json::monotonic_resource memory(buffer);
    // Receipts and display lines are bytes of the terminal: a wrong one must not lose a payment.
    boost::json::parse_options options;
    options.allow_invalid_utf8 = true;
    boost::json::error_code not_json;
    const auto parsed = boost::json::parse(text, not_json, &memory, options);
    if (not_json || !parsed.is_object()) return json_errc::not_json;

    error_code error;
    T it{};
    std::int64_t written_as{};
    reader archive{parsed.get_object(), error};
    archive("v", written_as);
    if (!error && written_as != version) return json_errc::unknown_version;
    members(archive, it);
    archive.finish();
    if (error) return error;
    return it;
}

}  // namespace

std::string to_stored(const payment& it) { return stored(it); }
std::string to_stored(const refund& it) { return stored(it); }
std::string to_stored(const operation& it) { return stored(it); }
std::string to_stored(const intent& it) { return stored(it); }
std::string to_stored(const terminal_memory& it) { return stored(it); }

protocol::result<payment> payment_from_stored(std::string_view text) {
    return from_stored<payment>(text);
}
protocol::result<refund> refund_from_stored(std::string_view text) {
    return from_stored<refund>(text);
}
protocol::result<operation> operation_from_stored(std::string_view text) {
    return from_stored<operation>(text);
}
protocol::result<intent> intent_from_stored(std::string_view text) {
    return from_stored<intent>(text);
}
protocol::result<terminal_memory> memory_from_stored(std::string_view text) {
    return from_stored<terminal_memory>(text);
}

}  // namespace bridge::sales
