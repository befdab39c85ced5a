#include "firmware-bridge/api/submission.hpp"

#include <boost/json/value.hpp>

#include "firmware-bridge/api/query.hpp"
#include "firmware-bridge/api/reads.hpp"
#include "firmware-bridge/api/requests.hpp"
#include "firmware-bridge/api/respond.hpp"
#include "firmware-bridge/api/routes.hpp"
#include "firmware-bridge/api/waiting.hpp"
#include "firmware-bridge/sales/json.hpp"

namespace bridge::api {
namespace {

using outcome = decltype(sales::reply::outcome);

asio::awaitable<void> wait_for_end(service& bridge, peer& waiting, outcome& reached,
                                   std::chrono::seconds longest) {
    // If the journal cannot be read, the engine's reply is still a true answer.
    if (auto* p = std::get_if<sales::payment>(&reached); p && running(*p)) {
        if (auto now = co_await settled_payment(bridge, waiting, p->id, longest)) *p = *now;
    } else if (auto* r = std::get_if<sales::refund>(&reached); r && running(*r)) {
        if (auto now = co_await settled_refund(bridge, waiting, r->id, longest)) *r = *now;
    } else if (auto* o = std::get_if<sales::operation>(&reached); o && running(*o)) {
        if (auto now = co_await settled_operation(bridge, waiting, o->id, longest)) *o = *now;
    }
}

template <class T>
answer show_outcome(const T& object, std::string_view collection, bool replayed) {
    auto shown = show(to_json(object), running(object) ? 202 : 200);
    shown.fields.emplace_back("Location", std::string{collection} + object.id);
    if (replayed) shown.fields.emplace_back("Idempotent-Replayed", "true");
    return shown;
}

struct shower {
    bool replayed;
    answer operator()(const sales::payment& p) const {
        return show_outcome(p, "/v1/payments/", replayed);
    }
    answer operator()(const sales::refund& r) const {
        return show_outcome(r, "/v1/refunds/", replayed);
    }
    answer operator()(const sales::operation& o) const {
        return show_outcome(o, "/v1/operations/", replayed);
    }
    answer operator()(const sales::refusal& refused) const { return from(refused); }
};

}  // namespace

checked<boost::json::object> body_of(const request& asked) {
    return read_body(asked.body, asked.route->body);
}

checked<understood> understand(const request& asked, const boost::json::object& body,
                               decltype(sales::request::what) what) {
    understood meant{std::move(what), std::nullopt, {}};
    auto key = check_key(asked.idempotency_key, asked.route->key);
    if (!key) return key.error();
    if (*key) meant.idempotency = {**key, fingerprint(asked.method, asked.path, body)};
    auto wait = wait_of(asked);
    if (!wait) return wait.error();
    meant.wait = *wait;
    return meant;
}

asio::awaitable<answer> submit(service& bridge, const request& asked, understood meant,
                               std::string payment) {
    sales::request wanted;
    wanted.what = std::move(meant.what);
    wanted.idempotency = meant.idempotency;
    std::optional<std::string> key;
    if (meant.idempotency) key = meant.idempotency->key;

    auto standing = co_await look_up(bridge.records(), std::move(payment), std::move(key));
    if (!standing) co_return from_journal(standing.error(), code::payment_not_found);
    wanted.subject = std::move(standing->subject);
    if (standing->claim) {
        wanted.key_fingerprint = std::move(standing->claim->fingerprint);
        wanted.key_object = std::move(standing->made);
    }
    auto reply = co_await bridge.submit(std::move(wanted));

    if (meant.wait != meant.wait.zero())
        co_await wait_for_end(bridge, *asked.peer, reply.outcome, meant.wait);
    co_return std::visit(shower{reply.replayed}, reply.outcome);
}

}  // namespace bridge::api
