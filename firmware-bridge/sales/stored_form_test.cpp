#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <tuple>

#include "firmware-bridge/sales/json.hpp"

using namespace bridge::sales;

// ------------------------------------------------------------- any value of each struct

namespace rc {

template <class Tag, class Rep>
struct Arbitrary<protocol::strong_id<Tag, Rep>> {
    static auto arbitrary() {
        return gen::map(gen::arbitrary<Rep>(),
                        [](Rep number) { return protocol::strong_id<Tag, Rep>{number}; });
    }
};

/// std::optional is unknown to this RapidCheck.
template <class T>
struct Arbitrary<std::optional<T>> {
    static Gen<std::optional<T>> arbitrary() {
        return gen::mapcat(gen::arbitrary<bool>(), [](bool present) {
            return present ? gen::map(gen::arbitrary<T>(),
                                      [](T value) { return std::optional<T>{std::move(value)}; })
                           : gen::just(std::optional<T>{});
        });
    }
};

template <>
struct Arbitrary<wall_time> {
    static auto arbitrary() {
        return gen::map(gen::arbitrary<std::int64_t>(),
                        [](auto count) { return wall_time{std::chrono::milliseconds{count}}; });
    }
};

template <>
struct Arbitrary<money> {
    static auto arbitrary() {
        return gen::construct<money>(gen::arbitrary<std::int64_t>(),
                                     gen::map(gen::element(0, 978, 392, 414, 840), [](int number) {
                                         const auto unit = protocol::currency::from_number(
                                             static_cast<std::uint16_t>(number));
                                         return unit ? *unit : protocol::currency{};
                                     }));
    }
};

template <class Enum>
Gen<Enum> any_of(Enum last) {
    return gen::map(gen::inRange(0, static_cast<int>(last) + 1),
                    [](int number) { return static_cast<Enum>(number); });
}

#define ARBITRARY(type, ...)                                                   \
    template <>                                                                \
    struct Arbitrary<type> {                                                   \
        static Gen<type> arbitrary() { return gen::build<type>(__VA_ARGS__); } \
    }

ARBITRARY(failure, gen::set(&failure::code), gen::set(&failure::message));
ARBITRARY(terminal_reference, gen::set(&terminal_reference::receipt),
          gen::set(&terminal_reference::trace), gen::set(&terminal_reference::turnover),
          gen::set(&terminal_reference::terminal),
          gen::set(&terminal_reference::authorization_code),
          gen::set(&terminal_reference::result_code), gen::set(&terminal_reference::result_text));
ARBITRARY(receipts, gen::set(&receipts::merchant), gen::set(&receipts::customer));
ARBITRARY(drivers::card_details, gen::set(&drivers::card_details::brand),
          gen::set(&drivers::card_details::masked_pan),
          gen::set(&drivers::card_details::entry_mode),
          gen::set(&drivers::card_details::cardholder_verification),
          gen::set(&drivers::card_details::application_id),
          gen::set(&drivers::card_details::application_label),
          gen::set(&drivers::card_details::type));
ARBITRARY(drivers::brand_total, gen::set(&drivers::brand_total::brand),
          gen::set(&drivers::brand_total::count), gen::set(&drivers::brand_total::amount));
ARBITRARY(drivers::day_totals, gen::set(&drivers::day_totals::amount),
          gen::set(&drivers::day_totals::brands), gen::set(&drivers::day_totals::first),
          gen::set(&drivers::day_totals::last));
ARBITRARY(drivers::transaction_result, gen::set(&drivers::transaction_result::result_code),
          gen::set(&drivers::transaction_result::result_text),
          gen::set(&drivers::transaction_result::amount),
          gen::set(&drivers::transaction_result::currency),
          gen::set(&drivers::transaction_result::receipt),
          gen::set(&drivers::transaction_result::trace),
          gen::set(&drivers::transaction_result::original_trace),
          gen::set(&drivers::transaction_result::turnover),
          gen::set(&drivers::transaction_result::authorisation_code),
          gen::set(&drivers::transaction_result::contract_number),
          gen::set(&drivers::transaction_result::terminal),
          gen::set(&drivers::transaction_result::terminal_date),
          gen::set(&drivers::transaction_result::terminal_time),
          gen::set(&drivers::transaction_result::additional_text),
          gen::set(&drivers::transaction_result::card),
          gen::set(&drivers::transaction_result::totals),
          gen::set(&drivers::transaction_result::synchronised));
ARBITRARY(drivers::original_transaction, gen::set(&drivers::original_transaction::receipt),
          gen::set(&drivers::original_transaction::trace),
          gen::set(&drivers::original_transaction::authorisation_attribute));
ARBITRARY(terminal_memory::tally, gen::set(&terminal_memory::tally::count),
          gen::set(&terminal_memory::tally::amount));
ARBITRARY(payment, gen::set(&payment::id), gen::set(&payment::terminal),
          gen::set(&payment::requested), gen::set(&payment::tip),
          gen::set(&payment::capture, any_of(capture_mode::manual)), gen::set(&payment::reference),
          gen::set(&payment::account), gen::set(&payment::invoice), gen::set(&payment::metadata),
          gen::set(&payment::status, any_of(payment_status::voided)),
          gen::set(&payment::authorized), gen::set(&payment::captured),
          gen::set(&payment::refunded), gen::set(&payment::refunds_pending),
          gen::set(&payment::card), gen::set(&payment::at_terminal), gen::set(&payment::receipts),
          gen::set(&payment::failure), gen::set(&payment::advice), gen::set(&payment::resolution),
          gen::set(&payment::created), gen::set(&payment::updated));
ARBITRARY(refund, gen::set(&refund::id), gen::set(&refund::payment), gen::set(&refund::terminal),
          gen::set(&refund::amount), gen::set(&refund::reason), gen::set(&refund::notes),
          gen::set(&refund::method), gen::set(&refund::route, any_of(refund_route::offline)),
          gen::set(&refund::status, any_of(refund_status::unknown)), gen::set(&refund::at_terminal),
          gen::set(&refund::receipts), gen::set(&refund::failure), gen::set(&refund::advice),
          gen::set(&refund::resolution), gen::set(&refund::created), gen::set(&refund::updated));
ARBITRARY(day_candidate, gen::set(&day_candidate::payment), gen::set(&day_candidate::refund),
          gen::set(&day_candidate::amount), gen::set(&day_candidate::receipt),
          gen::set(&day_candidate::why));
ARBITRARY(operation, gen::set(&operation::id), gen::set(&operation::terminal),
          gen::set(&operation::kind),
          gen::set(&operation::status, any_of(operation::state::unknown)),
          gen::set(&operation::messages), gen::set(&operation::printed),
          gen::set(&operation::totals), gen::set(&operation::last_transaction),
          gen::set(&operation::differences), gen::set(&operation::candidates),
          gen::set(&operation::failure), gen::set(&operation::created),
          gen::set(&operation::updated));
ARBITRARY(day_entry, gen::set(&day_entry::day), gen::set(&day_entry::row),
          gen::set(&day_entry::amount), gen::set(&day_entry::by, any_of(knowledge::person)));
ARBITRARY(intent, gen::set(&intent::id), gen::set(&intent::terminal),
          gen::set(&intent::kind, any_of(drivers::money_kind::refund)), gen::set(&intent::payment),
          gen::set(&intent::refund), gen::set(&intent::amount), gen::set(&intent::original),
          gen::set(&intent::receipt_before), gen::set(&intent::trace_before),
          gen::set(&intent::baseline_known),
          gen::set(&intent::stage, any_of(intent_stage::declined_ended)),
          gen::set(&intent::outcome, any_of(intent_outcome::unknown)), gen::set(&intent::result),
          gen::set(&intent::in_day), gen::set(&intent::created));
ARBITRARY(terminal_memory, gen::set(&terminal_memory::terminal),
          gen::set(&terminal_memory::baseline_known), gen::set(&terminal_memory::last_receipt),
          gen::set(&terminal_memory::last_trace), gen::set(&terminal_memory::last_agreed),
          gen::set(&terminal_memory::day), gen::set(&terminal_memory::day_number),
          gen::set(&terminal_memory::day_complete), gen::set(&terminal_memory::day_opened));
#undef ARBITRARY

}  // namespace rc

// ------------------------------------------------------------------- equal, member by member

namespace {

#define PARTS(type, ...)                \
    auto parts(const type& it) {        \
        const auto& [__VA_ARGS__] = it; \
        return std::tie(__VA_ARGS__);   \
    }
PARTS(failure, a, b)
PARTS(terminal_reference, a, b, c, d, e, f, g)
PARTS(receipts, a, b)
PARTS(drivers::card_details, a, b, c, d, e, f, g)
PARTS(drivers::brand_total, a, b, c)
PARTS(drivers::day_totals, a, b, c, d)
PARTS(drivers::transaction_result, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q)
PARTS(drivers::original_transaction, a, b, c)
PARTS(terminal_memory::tally, a, b)
PARTS(payment, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v)
PARTS(refund, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p)
PARTS(day_candidate, a, b, c, d, e)
PARTS(operation, a, b, c, d, e, f, g, h, i, j, k, l, m)
PARTS(day_entry, a, b, c, d)
PARTS(intent, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o)
PARTS(terminal_memory, a, b, c, d, e, f, g, h, i)
#undef PARTS

struct same_members {
    template <class T>
    bool operator()(const std::optional<T>& left, const std::optional<T>& right) const {
        return left.has_value() == right.has_value() && (!left || (*this)(*left, *right));
    }
    template <class T>
    bool operator()(const std::vector<T>& left, const std::vector<T>& right) const {
        return std::equal(left.begin(), left.end(), right.begin(), right.end(), *this);
    }
    template <class A, class B>
    bool operator()(const std::pair<A, B>& left, const std::pair<A, B>& right) const {
        return (*this)(left.first, right.first) && (*this)(left.second, right.second);
    }
    template <class T>
    bool operator()(const std::map<std::string, T>& left,
                    const std::map<std::string, T>& right) const {
        return std::equal(left.begin(), left.end(), right.begin(), right.end(), *this);
    }
    template <class T>
    bool operator()(const T& left, const T& right) const {
        if constexpr (requires { parts(left); }) {
            return each(parts(left), parts(right),
                        std::make_index_sequence<std::tuple_size_v<decltype(parts(left))>>{});
        } else {
            return left == right;
        }
    }

private:
    template <class Tuple, std::size_t... I>
    bool each(const Tuple& left, const Tuple& right, std::index_sequence<I...>) const {
        return ((*this)(std::get<I>(left), std::get<I>(right)) && ...);
    }
};

template <class T>
bool survives(protocol::result<T> (*read)(std::string_view)) {
    return rc::check([=] {
        const auto before = *rc::gen::arbitrary<T>().as("value");
        const auto after = read(to_stored(before));
        RC_ASSERT(after.has_value());
        RC_ASSERT(same_members{}(before, *after));
    });
}

}  // namespace

namespace rc {
template <class T>
requires requires(const T& it) { bridge::sales::to_stored(it); }
void showValue(const T& it, std::ostream& out) { out << to_stored(it); }
}  // namespace rc

TEST_SUITE_BEGIN("sales/json");

TEST_CASE("stored form: any payment reads back as it was, member by member") {
    CHECK(survives(payment_from_stored));
}
TEST_CASE("stored form: any refund reads back as it was") { CHECK(survives(refund_from_stored)); }
TEST_CASE("stored form: any operation reads back as it was") {
    CHECK(survives(operation_from_stored));
}
TEST_CASE("stored form: any intent reads back as it was") { CHECK(survives(intent_from_stored)); }
TEST_CASE("stored form: any terminal's memory reads back as it was") {
    CHECK(survives(memory_from_stored));
}

TEST_CASE("stored form: bytes of a terminal that are not UTF-8 do not lose a payment") {
    payment p;
    p.receipts.merchant = {
        std::string("S\xdc"
                    "D \xff\x00 \"\\\x1f",
                    10)};
    p.at_terminal.result_text = "\x80\xc0";
    const auto back = payment_from_stored(to_stored(p));
    REQUIRE(back.has_value());
    CHECK(back->receipts.merchant == p.receipts.merchant);
    CHECK(back->at_terminal.result_text == p.at_terminal.result_text);
}

TEST_CASE("stored form: it begins with its version") {
    CHECK(to_stored(payment{}).starts_with(R"({"v":1,"id":)"));
    CHECK(to_stored(terminal_memory{}).starts_with(R"({"v":1,"terminal":)"));
}

TEST_CASE("stored form: what is not one JSON object is refused") {
    for (const char* text :
         {"", " ", "{", "}", "[]", "null", "1", "\"pay_1\"", "{}{}", "{\"v\":1,}", "{'v':1}",
          "{\"v\":1} x", "{\"v\":01}", "{\"v\":1,\"id\":\"\n\"}"}) {
        CAPTURE(text);
        CHECK(payment_from_stored(text).error() == json_errc::not_json);
    }
    const std::string deep(100, '[');
    CHECK(payment_from_stored("{\"v\":" + deep).error() == json_errc::not_json);
}

TEST_CASE("stored form: each wrong member is refused with its own reason") {
    payment whole;
    whole.requested = {100, protocol::euro()};
    whole.failure.emplace();
    struct row {
        const char* pointer;
        const char* with;  // "" removes the member
        json_errc error;
    };
    for (const auto& row : {row{"/v", "2", json_errc::unknown_version},
                            row{"/v", "\"1\"", json_errc::wrong_type},
                            row{"/v", "", json_errc::missing_member},
                            row{"/id", "", json_errc::missing_member},
                            row{"/id", "7", json_errc::wrong_type},
                            row{"/id", "null", json_errc::wrong_type},
                            row{"/tip", "1.0", json_errc::wrong_type},
                            row{"/tip", "1e3", json_errc::wrong_type},
                            row{"/tip", "\"1\"", json_errc::wrong_type},
                            row{"/tip", "true", json_errc::wrong_type},
                            row{"/tip", "9223372036854775808", json_errc::out_of_range},
                            row{"/tip", "99999999999999999999", json_errc::wrong_type},
                            row{"/requested", "100", json_errc::wrong_type},
                            row{"/requested/minor", "", json_errc::missing_member},
                            row{"/requested/currency", "\"EURO\"", json_errc::unknown_name},
                            row{"/requested/currency", "978", json_errc::wrong_type},
                            row{"/requested/more", "1", json_errc::unknown_member},
                            row{"/status", "\"paid\"", json_errc::unknown_name},
                            row{"/status", "\"\"", json_errc::unknown_name},
                            row{"/status", "3", json_errc::wrong_type},
                            row{"/at_terminal/receipt", "65536", json_errc::out_of_range},
                            row{"/at_terminal/receipt", "-1", json_errc::out_of_range},
                            row{"/at_terminal/result_code", "256", json_errc::out_of_range},
                            row{"/receipts/merchant", "{}", json_errc::wrong_type},
                            row{"/receipts/merchant", "[1]", json_errc::wrong_type},
                            row{"/metadata", "[]", json_errc::wrong_type},
                            row{"/metadata", "{\"a\":1}", json_errc::wrong_type},
                            row{"/failure/code", "", json_errc::missing_member},
                            row{"/failure/why", "1", json_errc::unknown_member},
                            row{"/created", "\"2026-01-31T12:00:00Z\"", json_errc::wrong_type},
                            row{"/extra", "1", json_errc::unknown_member}}) {
        CAPTURE(row.pointer);
        CAPTURE(row.with);
        auto text = boost::json::parse(to_stored(whole));
        const std::string path = row.pointer;
        const auto cut = path.rfind('/');
        auto& parent = text.at_pointer(path.substr(0, cut)).as_object();
        const auto name = path.substr(cut + 1);
        if (*row.with == '\0') {
            parent.erase(name);
        } else {
            parent[name] = boost::json::parse(row.with);
        }
        const auto read = payment_from_stored(boost::json::serialize(text));
        REQUIRE(read.has_error());
        CHECK(read.error() == row.error);
    }
}

TEST_SUITE_END();
