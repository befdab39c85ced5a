// A small blocking HTTP client for tests: one request, one connection.
#pragma once

#include <boost/json/value.hpp>
#include <chrono>
#include <map>
#include <string>

namespace tests {

struct http_answer {
    int status{};  // 0: no answer (refused, reset, timed out)
    std::string body;
    [[nodiscard]] boost::json::value json() const;
};

using http_headers = std::map<std::string, std::string>;

/// `where`: "127.0.0.1:7707" or "unix:/path". An answer that takes longer than `limit` is none.
[[nodiscard]] http_answer http(const std::string& where, const std::string& method,
                               const std::string& target, const std::string& body = "",
                               const http_headers& = {},
                               std::chrono::seconds limit = std::chrono::seconds{120});

}  // namespace tests
