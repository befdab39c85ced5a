#include "firmware-bridge/api/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <set>

namespace bridge::api {
namespace {

using sales::payment_status;

double seconds(std::chrono::nanoseconds span) {
    return std::chrono::duration<double>(span).count();
}

bool finished(payment_status status) noexcept {
    switch (status) {
        case payment_status::created:
        case payment_status::in_progress:
        case payment_status::authorized:
        case payment_status::unknown: return false;
        case payment_status::captured:
        case payment_status::declined:
        case payment_status::cancelled:
        case payment_status::voided: return true;
    }
    return false;
}

}  // namespace

class metrics::impl {
public:
    impl()
        : payments_{prometheus::BuildCounter()
                        .Name("bridge_payments_total")
                        .Help("Payments that came into this state.")
                        .Register(registry_)},
          unknown_{prometheus::BuildGauge()
                       .Name("bridge_payments_unknown")
                       .Help("Payments whose outcome nobody knows; a person must resolve them.")
                       .Register(registry_)
                       .Add({})},
          terminals_{prometheus::BuildGauge()
                         .Name("bridge_terminal_up")
                         .Help("1 when the terminal is connected and registered.")
                         .Register(registry_)},
          blocked_{prometheus::BuildGauge()
                       .Name("bridge_terminal_blocked")
                       .Help("1 when an unknown payment blocks the terminal.")
                       .Register(registry_)},
          commits_{prometheus::BuildHistogram()
                       .Name("bridge_journal_commit_seconds")
                       .Help("How long a batch took to become durable.")
                       .Register(registry_)
                       .Add({}, prometheus::Histogram::BucketBoundaries{0.001, 0.003, 0.01, 0.03,
                                                                        0.1, 0.3, 1})},
          commit_failures_{prometheus::BuildCounter()
                               .Name("bridge_journal_commit_failures_total")
                               .Help("Batches that could not be made durable.")
                               .Register(registry_)
                               .Add({})},
          answers_{prometheus::BuildCounter()
                       .Name("bridge_http_requests_total")
                       .Help("Answered requests by class of status.")
                       .Register(registry_)},
          answer_time_{prometheus::BuildHistogram()
                           .Name("bridge_http_request_seconds")
                           .Help("How long an answer took, waits included.")
                           .Register(registry_)
                           .Add({}, prometheus::Histogram::BucketBoundaries{0.003, 0.01, 0.03, 0.1,
                                                                            1, 10, 60})} {}

    void seen(const sales::payment& now, bool counts) {
        if (now.status == payment_status::unknown) {
            unknown_ids_.insert(now.id);
        } else {
            unknown_ids_.erase(now.id);
        }
        unknown_.Set(static_cast<double>(unknown_ids_.size()));
        // A payment's batches repeat its state; only a change of it counts. Finished ones are
        // forgotten, or we would remember every sale; what comes of them is a void, or an update
        // in the state that was counted already.
        const auto known = unfinished_.find(now.id);
        const bool first = known == unfinished_.end();
        const bool entered = first
                                 ? !finished(now.status) || now.status == payment_status::voided ||
                                       now.created == now.updated
                                 : known->second != now.status;
        if (finished(now.status)) {
            if (!first) unfinished_.erase(known);
        } else {
            unfinished_[now.id] = now.status;
        }
        if (counts && entered)
            payments_.Add({{"status", std::string{to_string(now.status)}}}).Increment();
    }

    prometheus::Registry registry_;
    prometheus::Family<prometheus::Counter>& payments_;
    prometheus::Gauge& unknown_;
    prometheus::Family<prometheus::Gauge>& terminals_;
    prometheus::Family<prometheus::Gauge>& blocked_;
    prometheus::Histogram& commits_;
    prometheus::Counter& commit_failures_;
    prometheus::Family<prometheus::Counter>& answers_;
    prometheus::Histogram& answer_time_;
    std::map<std::string, payment_status> unfinished_;
    std::set<std::string> unknown_ids_;
};

metrics::metrics() : impl_{std::make_unique<impl>()} {}
metrics::~metrics() = default;

void metrics::restored(const journal::open_state& state) {
    for (const auto& payment : state.payments) impl_->seen(payment, false);
}

void metrics::committed(const journal::batch& batch, std::chrono::nanoseconds took) {
    impl_->commits_.Observe(seconds(took));
    for (const auto& payment : batch.payments) impl_->seen(payment, true);
}

void metrics::commit_failed() { impl_->commit_failures_.Increment(); }

void metrics::answered(unsigned status, std::chrono::nanoseconds took) {
    impl_->answers_.Add({{"class", std::to_string(status / 100) + "xx"}}).Increment();
    impl_->answer_time_.Observe(seconds(took));
}

std::string metrics::render(const std::vector<sales::terminal_view>& terminals) {
    for (const auto& view : terminals) {
        const bool up = view.link == drivers::link_state::kind::ready;
        impl_->terminals_.Add({{"terminal", view.id}}).Set(up ? 1 : 0);
        impl_->blocked_.Add({{"terminal", view.id}}).Set(view.blocked_by.empty() ? 0 : 1);
    }
    return prometheus::TextSerializer{}.Serialize(impl_->registry_.Collect());
}

}  // namespace bridge::api
