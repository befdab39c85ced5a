// How objects of the API look to people. Everything takes the JSON as the daemon sent it and
// tolerates members that are absent: an older or newer daemon must not break the display.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace bridge::bridgectl {

/// The text of a member; empty when it is absent, null or no text. Numbers become their digits.
[[nodiscard]] std::string text_of(const boost::json::object&, std::string_view member);
/// A member that is an object; nullptr otherwise.
[[nodiscard]] const boost::json::object* object_of(const boost::json::object&,
                                                   std::string_view member);
[[nodiscard]] const boost::json::array* array_of(const boost::json::object&,
                                                 std::string_view member);

/// "12.34 EUR" from a member in minor units and the object's own currency; empty when absent.
[[nodiscard]] std::string money_of(const boost::json::object&, std::string_view member);

/// Columns as wide as their widest cell, counted in characters, two blanks between them.
class table {
public:
    explicit table(std::vector<std::string> head) { rows_.push_back(std::move(head)); }
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    void print(std::ostream&) const;

private:
    std::vector<std::vector<std::string>> rows_;
};

void show_payment(std::ostream&, const boost::json::object&);
void show_refund(std::ostream&, const boost::json::object&);
void show_operation(std::ostream&, const boost::json::object&);
void show_terminal(std::ostream&, const boost::json::object&);
/// The printed receipts of a payment or refund, framed; nothing when there are none.
void show_receipts(std::ostream&, const boost::json::object&);

void show_payment_table(std::ostream&, const boost::json::array&);
void show_terminal_table(std::ostream&, const boost::json::array&);
void show_entry_table(std::ostream&, const boost::json::array&);

/// One line for an event: "12:00:01  lane-1  Please insert card".
[[nodiscard]] std::string event_line(const boost::json::object&);

}  // namespace bridge::bridgectl
