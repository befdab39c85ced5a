// Counters for Prometheus. The daemon tells what became durable, the server what it answered;
// render() gives the text that GET /metrics shows.
//
//     metrics.restored(open_state);           // at start
//     metrics.committed(batch, duration);     // after each durable batch
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "firmware-bridge/journal/record.hpp"
#include "firmware-bridge/sales/request.hpp"

namespace bridge::api {

class metrics {
public:
    metrics();
    ~metrics();
    metrics(const metrics&) = delete;
    metrics& operator=(const metrics&) = delete;

    /// What was unfinished when the daemon started: it is not counted as new.
    void restored(const journal::open_state&);
    void committed(const journal::batch&, std::chrono::nanoseconds took);
    void commit_failed();
    /// One answered HTTP request.
    void answered(unsigned status, std::chrono::nanoseconds took);

    /// Prometheus text format 0.0.4. Terminals are gauges, read now.
    [[nodiscard]] std::string render(const std::vector<sales::terminal_view>&);

private:
    class impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace bridge::api
