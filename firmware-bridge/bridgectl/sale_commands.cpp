#include <map>
#include <memory>

#include "firmware-bridge/bridgectl/commands.hpp"
#include "firmware-bridge/bridgectl/money_request.hpp"
#include "protocol/money.hpp"

namespace bridge::bridgectl {

namespace {

struct sale {
    std::string amount, currency, terminal, tip, reference, account, invoice, key;
    std::map<std::string, std::string> metadata;
    unsigned patience{120};
    bool no_wait{};
    bool receipt{};
};

exit_code start(session& with, const sale& wanted, bool manual) {
    const auto price = protocol::parse_money(wanted.amount, wanted.currency);
    if (!price)
        return with.wrong("\"" + wanted.amount + ' ' + wanted.currency +
                          "\": " + price.error().message() + "; write it like 12.34 EUR");
    boost::json::object body{{"terminal", wanted.terminal},
                             {"amount", price->minor},
                             {"currency", price->unit.code()},
                             {"capture", manual ? "manual" : "automatic"}};
    if (!wanted.tip.empty()) {
        const auto tip = protocol::parse_money(wanted.tip, wanted.currency);
        if (!tip) return with.wrong("--tip \"" + wanted.tip + "\": " + tip.error().message());
        body["tip_amount"] = tip->minor;
    }
    if (!wanted.reference.empty()) body["reference"] = wanted.reference;
    if (!wanted.account.empty()) body["account"] = wanted.account;
    if (!wanted.invoice.empty()) body["invoice"] = wanted.invoice;
    if (!wanted.metadata.empty()) {
        auto& metadata = body["metadata"].emplace_object();
        for (const auto& [key, value] : wanted.metadata) metadata[key] = value;
    }
    return move_money(with,
                      {.target = "/v1/payments",
                       .body = std::move(body),
                       .terminal = wanted.terminal,
                       .key = wanted.key,
                       .wait = !wanted.no_wait,
                       .patience = std::chrono::seconds{wanted.patience}},
                      [&](std::ostream& out, const boost::json::object& payment) {
                          show_payment(out, payment);
                          if (wanted.receipt) show_receipts(out, payment);
                      });
}

void define(commands& all, const std::string& name, const std::string& does,
            const std::string& examples, bool manual) {
    const auto wanted = std::make_shared<sale>();
    auto& with = all.with;
    auto* command = all.add(name, does, examples,
                            [&with, wanted, manual] { return start(with, *wanted, manual); });
    command->add_option("amount", wanted->amount, "what the card holder pays, as 12.34")
        ->required();
    command->add_option("currency", wanted->currency, "ISO 4217 code, as EUR")->required();
    command->add_option("--terminal", wanted->terminal, "the terminal that takes it")
        ->required()
        ->envname("BRIDGE_TERMINAL");
    command->add_option("--tip", wanted->tip, "the part of the amount that is a tip, as 1.50");
    command->add_option("--reference", wanted->reference, "your own number of the sale");
    command->add_option("--account", wanted->account, "the customer's account");
    command->add_option("--invoice", wanted->invoice, "the invoice that is paid");
    command->add_option_function<std::vector<std::string>>(
        "--metadata",
        [wanted](const std::vector<std::string>& pairs) {
            for (const auto& pair : pairs) {
                const auto equals = pair.find('=');
                if (equals == pair.npos || equals == 0)
                    throw CLI::ValidationError{"--metadata", "write NAME=TEXT"};
                wanted->metadata[pair.substr(0, equals)] = pair.substr(equals + 1);
            }
        },
        "a text of your own, NAME=TEXT; may be repeated");
    command->add_option("--idempotency-key", wanted->key,
                        "repeat with the same key to learn what became of a sale");
    command
        ->add_option("--patience", wanted->patience,
                     "seconds to keep asking when the daemon goes away")
        ->check(CLI::Range(0U, 3600U));
    command->add_flag("--no-wait", wanted->no_wait, "return as soon as it is accepted");
    command->add_flag("--receipt", wanted->receipt, "print the receipts, too");
}

}  // namespace

void define_sale(commands& all) {
    define(all, "sale", "charges a card and waits for the outcome",
           "  bridgectl sale 12.34 EUR --terminal lane-1\n"
           "  bridgectl sale 52.00 EUR --tip 2.00 --reference table-7 --terminal lane-1 --receipt\n"
           "  bridgectl sale 12.34 EUR --terminal lane-1 --idempotency-key order-4711\n",
           false);
    define(all, "authorize", "reserves an amount on a card; capture or cancel decides",
           "  bridgectl authorize 80.00 EUR --terminal lane-1\n"
           "  bridgectl capture pay_01JD8Q4Z3M9Y6T0V4X1N2B7C5R 62.50\n",
           true);
}

}  // namespace bridge::bridgectl
