// The books as the API reads them. The ledger keeps them; the daemon adapts one to the other.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "firmware-bridge/journal/journal.hpp"

namespace bridge::api {

class ledger_reader {
public:
    struct filter {
        std::string payment;  // pay_…; empty: entries of all payments
        std::string account;  // account code, as the entries' lines name it; empty: all
    };

    virtual ~ledger_reader() = default;

    /// Entries, newest first, each as the API shows it: at least {"object":"journal_entry","id",
    /// "event","posted","description","lines":[{"account","debit"|"credit","currency"}]}. A page's
    /// cursors are entry ids; one that does not exist is journal::errc::not_found.
    virtual void list_entries(filter, journal::page,
                              journal::journal::handler<journal::listing<boost::json::object>>) = 0;
};

}  // namespace bridge::api
