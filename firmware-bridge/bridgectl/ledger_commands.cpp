#include <boost/json/serialize.hpp>
#include <map>
#include <memory>
#include <ostream>

#include "firmware-bridge/bridgectl/commands.hpp"
#include "firmware-bridge/bridgectl/render.hpp"
#include "protocol/money.hpp"

namespace bridge::bridgectl {

namespace {

struct filter {
    std::string payment, account, behind;
    unsigned limit{25};
};

std::string entries_target(const filter& wanted) {
    std::string target = "/v1/journal-entries?limit=" + std::to_string(wanted.limit);
    for (const auto& [name, value] : {std::pair{"payment", &wanted.payment},
                                      {"account", &wanted.account},
                                      {"starting_after", &wanted.behind}})
        if (!value->empty()) target += std::string{"&"} + name + '=' + escaped(*value);
    return target;
}

exit_code list_entries(session& with, const filter& wanted) {
    const auto answer = with.ask({.target = entries_target(wanted)});
    if (!answer) return with.explain(answer.error());
    if (!answer->ok()) return with.explain(*answer);
    with.show(*answer, [](std::ostream& out, const boost::json::object& body) {
        const auto* data = array_of(body, "data");
        if (data == nullptr || data->empty()) {
            out << "no entries\n";
            return;
        }
        show_entry_table(out, *data);
        if (text_of(body, "has_more") == "true")
            out << "more: --starting-after " << text_of(data->back().as_object(), "id") << '\n';
    });
    return exit_code::ok;
}

/// Debit less credit of every account, in each currency. Sums are checked: an overflow is said,
/// not shown.
struct balances {
    std::map<std::pair<std::string, std::string>, std::int64_t> sums;
    bool overflow{};

    void add(const boost::json::object& line) {
        const auto key = std::pair{text_of(line, "account"), text_of(line, "currency")};
        for (const auto& [member, sign] : {std::pair{"debit", 1}, {"credit", -1}}) {
            const auto* value = line.if_contains(member);
            if (value == nullptr || !value->is_number()) continue;
            boost::system::error_code not_whole;
            const auto minor = value->to_number<std::int64_t>(not_whole);
            auto& sum = sums[key];
            overflow = overflow || not_whole.failed() ||
                       (sign > 0 ? __builtin_add_overflow(sum, minor, &sum)
                                 : __builtin_sub_overflow(sum, minor, &sum));
        }
    }

    void add_page(const boost::json::array& entries) {
        for (const auto& one : entries) {
            const auto* entry = one.if_object();
            const auto* lines = entry == nullptr ? nullptr : array_of(*entry, "lines");
            for (const auto& each : lines == nullptr ? boost::json::array{} : *lines)
                if (const auto* line = each.if_object()) add(*line);
        }
    }
};

void show_balances(session& with, const balances& found) {
    boost::json::array data;
    table rows{{"ACCOUNT", "BALANCE", ""}};
    std::map<std::string, std::int64_t> totals;
    for (const auto& [key, sum] : found.sums) {
        const auto& [account, currency] = key;
        data.push_back(
            boost::json::object{{"account", account}, {"currency", currency}, {"balance", sum}});
        const boost::json::object shown{{"amount", sum < 0 ? -sum : sum}, {"currency", currency}};
        rows.add({account, money_of(shown, "amount"), sum < 0 ? "credit" : sum > 0 ? "debit" : ""});
    }
    if (with.json)
        with.out << boost::json::serialize(
                        boost::json::object{{"object", "list"}, {"data", std::move(data)}})
                 << '\n';
    else if (found.sums.empty())
        with.out << "no entries\n";
    else
        rows.print(with.out);
}

exit_code list_balances(session& with) {
    balances found;
    filter page;
    page.limit = 100;
    for (;;) {
        const auto answer = with.ask({.target = entries_target(page)});
        if (!answer) return with.explain(answer.error());
        const auto* body = answer->body.if_object();
        if (!answer->ok() || body == nullptr) return with.explain(*answer);
        const auto* data = array_of(*body, "data");
        if (data == nullptr || data->empty()) break;
        found.add_page(*data);
        if (text_of(*body, "has_more") != "true") break;
        page.behind = text_of(data->back().as_object(), "id");
    }
    if (found.overflow) return with.wrong("the sums do not fit 64 bits");
    show_balances(with, found);
    return exit_code::ok;
}

}  // namespace

void define_ledger(commands& all) {
    auto& with = all.with;
    auto* ledger = all.app.add_subcommand("ledger", "looks into the double-entry books");
    ledger->require_subcommand(1);

    const auto wanted = std::make_shared<filter>();
    auto* entries = all.add_to(*ledger, "entries", "lists journal entries, newest first",
                               "  bridgectl ledger entries\n"
                               "  bridgectl ledger entries --payment "
                               "pay_01JD8Q4Z3M9Y6T0V4X1N2B7C5R\n",
                               [&with, wanted] { return list_entries(with, *wanted); });
    entries->add_option("--payment", wanted->payment, "only of this payment");
    entries->add_option("--account", wanted->account, "only those that touch this account");
    entries->add_option("--starting-after", wanted->behind, "go on behind this entry");
    entries->add_option("--limit", wanted->limit, "at most so many")->check(CLI::Range(1U, 100U));

    all.add_to(*ledger, "balances", "sums every account over all entries",
               "  bridgectl ledger balances\n", [&with] { return list_balances(with); });
}

void define_health(commands& all) {
    auto& with = all.with;
    all.add("health", "asks whether the daemon is ready; exit 0 only if it is",
            "  bridgectl health\n", [&with] {
                const auto answer = with.ask({.target = "/readyz"});
                if (!answer) return with.explain(answer.error());
                with.show(*answer, [](std::ostream& out, const boost::json::object& body) {
                    out << text_of(body, "status") << ", journal " << text_of(body, "journal");
                    for (const auto& [name, member] :
                         {std::pair{"down", "terminals_down"}, {"blocked", "terminals_blocked"}}) {
                        const auto* ids = array_of(body, member);
                        if (ids == nullptr || ids->empty()) continue;
                        out << ", " << name << ':';
                        for (const auto& id : *ids)
                            if (const auto* text = id.if_string())
                                out << ' ' << std::string_view{text->data(), text->size()};
                    }
                    out << '\n';
                });
                return answer->ok() ? exit_code::ok : exit_code::error;
            });
}

}  // namespace bridge::bridgectl
