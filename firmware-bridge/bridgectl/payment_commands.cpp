#include <memory>

#include "firmware-bridge/bridgectl/commands.hpp"
#include "firmware-bridge/bridgectl/money_request.hpp"
#include "protocol/money.hpp"

namespace bridge::bridgectl {

namespace {

struct change {
    std::string id, amount, reason, notes, method, key, outcome;
    bool offline{};
    bool no_wait{};
};

std::string payment_path(const std::string& id) { return "/v1/payments/" + escaped(id); }

/// An amount in the payment's own currency, which only the daemon knows. nullopt: it was said why
/// not, and `failed` is the exit code.
std::optional<std::int64_t> minor_of(session& with, const change& wanted, exit_code& failed) {
    const auto payment = with.ask({.target = payment_path(wanted.id)});
    if (!payment || !payment->ok() || !payment->body.is_object()) {
        failed = payment ? with.explain(*payment) : with.explain(payment.error());
        return std::nullopt;
    }
    const auto currency = text_of(payment->body.get_object(), "currency");
    const auto amount = protocol::parse_money(wanted.amount, currency);
    if (amount) return amount->minor;
    failed = with.wrong("\"" + wanted.amount + ' ' + currency + "\": " + amount.error().message());
    return std::nullopt;
}

exit_code capture(session& with, const change& wanted) {
    boost::json::object body;
    if (!wanted.amount.empty()) {
        exit_code failed{};
        const auto minor = minor_of(with, wanted, failed);
        if (!minor) return failed;
        body["amount"] = *minor;
    }
    return move_money(with,
                      {.target = payment_path(wanted.id) + "/capture",
                       .body = std::move(body),
                       .key = wanted.key,
                       .wait = !wanted.no_wait},
                      show_payment);
}

/// The payment afterwards tells how it ended: cancelled or voided is what was wanted here.
exit_code cancel(session& with, const change& wanted) {
    std::string status;
    const auto end = move_money(
        with,
        {.target = payment_path(wanted.id) + "/cancel", .key = wanted.key, .wait = !wanted.no_wait},
        [&](std::ostream& out, const boost::json::object& payment) {
            status = text_of(payment, "status");
            show_payment(out, payment);
        });
    if (end == exit_code::declined && status == "cancelled") return exit_code::ok;
    if (end == exit_code::ok && status == "captured") return exit_code::declined;
    return end;
}

exit_code refund(session& with, const change& wanted) {
    if (!wanted.offline && !wanted.method.empty())
        return with.wrong(
            "--method says how the money went back outside the terminal; it needs "
            "--offline");
    exit_code failed{};
    const auto minor = minor_of(with, wanted, failed);
    if (!minor) return failed;
    boost::json::object body{{"amount", *minor},
                             {"reason", wanted.reason},
                             {"route", wanted.offline ? "offline" : "terminal"}};
    if (!wanted.method.empty()) body["method"] = wanted.method;
    if (!wanted.notes.empty()) body["notes"] = wanted.notes;
    return move_money(with,
                      {.target = payment_path(wanted.id) + "/refunds",
                       .body = std::move(body),
                       .key = wanted.key,
                       .wait = !wanted.no_wait},
                      show_refund);
}

exit_code resolve(session& with, const change& wanted) {
    const auto answer = with.ask(
        {.method = verb::post,
         .target = payment_path(wanted.id) + "/resolve",
         .body = boost::json::object{{"outcome", wanted.outcome}, {"reason", wanted.reason}}});
    if (!answer) return with.explain(answer.error());
    if (!answer->ok()) return with.explain(*answer);
    with.show(*answer, show_payment);
    return exit_code::ok;
}

void show_any(std::ostream& out, const boost::json::object& object) {
    const auto kind = text_of(object, "object");
    if (kind == "refund")
        show_refund(out, object);
    else if (kind == "operation")
        show_operation(out, object);
    else
        show_payment(out, object);
    show_receipts(out, object);
}

exit_code show_one(session& with, const std::string& id) {
    const auto path = id.starts_with("pay_")   ? "/v1/payments/"
                      : id.starts_with("ref_") ? "/v1/refunds/"
                      : id.starts_with("op_")  ? "/v1/operations/"
                                               : "";
    if (*path == '\0') return with.wrong("an id begins with pay_, ref_ or op_");
    const auto answer = with.ask({.target = path + escaped(id)});
    if (!answer) return with.explain(answer.error());
    if (!answer->ok() || !answer->body.is_object()) return with.explain(*answer);
    with.show(*answer, show_any);
    return verdict_of(answer->body.get_object());
}

struct filter {
    std::string status, terminal, reference, after, before, behind;
    unsigned limit{25};
};

exit_code list(session& with, const filter& wanted) {
    std::string target = "/v1/payments?limit=" + std::to_string(wanted.limit);
    for (const auto& [name, value] : {std::pair{"status", &wanted.status},
                                      {"terminal", &wanted.terminal},
                                      {"reference", &wanted.reference},
                                      {"created_after", &wanted.after},
                                      {"created_before", &wanted.before},
                                      {"starting_after", &wanted.behind}})
        if (!value->empty()) target += std::string{"&"} + name + '=' + escaped(*value);
    const auto answer = with.ask({.target = std::move(target)});
    if (!answer) return with.explain(answer.error());
    if (!answer->ok()) return with.explain(*answer);
    with.show(*answer, [&](std::ostream& out, const boost::json::object& page) {
        const auto* data = array_of(page, "data");
        if (data == nullptr || data->empty()) {
            out << "no payments\n";
            return;
        }
        show_payment_table(out, *data);
        if (text_of(page, "has_more") == "true")
            out << "more: --starting-after " << text_of(data->back().as_object(), "id") << '\n';
    });
    return exit_code::ok;
}

CLI::App* define_change(commands& all, const std::string& name, const std::string& does,
                        const std::string& examples, const std::shared_ptr<change>& wanted,
                        exit_code (*perform)(session&, const change&)) {
    auto& with = all.with;
    auto* command =
        all.add(name, does, examples, [&with, wanted, perform] { return perform(with, *wanted); });
    command->add_option("id", wanted->id, "the payment, pay_…")->required();
    return command;
}

void add_sending(CLI::App& command, change& wanted) {
    command.add_option("--idempotency-key", wanted.key,
                       "repeat with the same key to learn what became of it");
    command.add_flag("--no-wait", wanted.no_wait, "return as soon as it is accepted");
}

void define_cancel(commands& all, const std::string& name, const std::string& does,
                   const std::string& examples) {
    const auto wanted = std::make_shared<change>();
    add_sending(*define_change(all, name, does, examples, wanted, cancel), *wanted);
}

void define_refund(commands& all) {
    const auto wanted = std::make_shared<change>();
    auto* command = define_change(
        all, "refund", "gives money of a captured payment back",
        "  bridgectl refund pay_01JD8Q4Z3M9Y6T0V4X1N2B7C5R 5.00 --reason \"one item returned\"\n"
        "  bridgectl refund pay_01JD8Q4Z3M9Y6T0V4X1N2B7C5R 5.00 --reason complaint --offline "
        "--method cash\n",
        wanted, refund);
    command->add_option("amount", wanted->amount, "in the payment's currency, as 5.00")->required();
    command->add_option("--reason", wanted->reason, "why; it stands in the books")->required();
    command->add_option("--notes", wanted->notes, "more about it");
    command->add_flag("--offline", wanted->offline,
                      "the money goes back outside the terminal; only the books change");
    command->add_option("--method", wanted->method, "how it goes back offline, as cash");
    add_sending(*command, *wanted);
}

void define_lists(commands& all) {
    auto& with = all.with;
    const auto wanted = std::make_shared<filter>();
    auto* command = all.add("payments", "lists payments, newest first",
                            "  bridgectl payments --status unknown\n"
                            "  bridgectl payments --terminal lane-1 --limit 5 --json\n",
                            [&with, wanted] { return list(with, *wanted); });
    command->add_option("--status", wanted->status,
                        "created, in_progress, authorized, captured, declined, cancelled, unknown "
                        "or voided");
    command->add_option("--terminal", wanted->terminal, "of this terminal");
    command->add_option("--reference", wanted->reference, "with this number of yours");
    command->add_option("--created-after", wanted->after, "RFC 3339 time");
    command->add_option("--created-before", wanted->before, "RFC 3339 time");
    command->add_option("--starting-after", wanted->behind, "go on behind this payment");
    command->add_option("--limit", wanted->limit, "at most so many")->check(CLI::Range(1U, 100U));

    const auto id = std::make_shared<std::string>();
    all.add("show", "shows a payment, a refund or an operation with its receipts",
            "  bridgectl show pay_01JD8Q4Z3M9Y6T0V4X1N2B7C5R\n",
            [&with, id] { return show_one(with, *id); })
        ->add_option("id", *id, "pay_…, ref_… or op_…")
        ->required();
}

}  // namespace

void define_payments(commands& all) {
    const auto captured = std::make_shared<change>();
    auto* command = define_change(all, "capture", "books an authorisation, whole or in part",
                                  "  bridgectl capture pay_01JD8Q4Z3M9Y6T0V4X1N2B7C5R\n"
                                  "  bridgectl capture pay_01JD8Q4Z3M9Y6T0V4X1N2B7C5R 62.50\n",
                                  captured, capture);
    command->add_option("amount", captured->amount, "part of it, as 62.50; the rest is released");
    add_sending(*command, *captured);

    define_cancel(all, "cancel", "stops a running payment, releases or voids a finished one",
                  "  bridgectl cancel pay_01JD8Q4Z3M9Y6T0V4X1N2B7C5R\n");
    define_cancel(all, "void", "reverses a captured payment as a whole (the same as cancel)",
                  "  bridgectl void pay_01JD8Q4Z3M9Y6T0V4X1N2B7C5R\n");
    define_refund(all);

    const auto settled = std::make_shared<change>();
    command = define_change(
        all, "resolve", "settles a payment whose outcome is unknown, after looking (administrator)",
        "  bridgectl resolve pay_01JD8Q4Z3M9Y6T0V4X1N2B7C5R not_charged \\\n"
        "      --reason \"not in the terminal's end of day of 31 January\"\n",
        settled, resolve);
    command->add_option("outcome", settled->outcome, "captured or not_charged")
        ->required()
        ->check(CLI::IsMember({"captured", "not_charged"}));
    command->add_option("--reason", settled->reason, "what was looked at; it is kept")->required();
    define_lists(all);
}

}  // namespace bridge::bridgectl
