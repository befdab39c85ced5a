#include "firmware-bridge/ledger/error.hpp"

namespace bridge::ledger {
namespace {

class ledger_category final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "ledger"; }
    std::string message(int value) const override {
        switch (static_cast<errc>(value)) {
            case errc::no_lines: return "an entry needs at least two lines";
            case errc::bad_amount: return "an amount is not above zero or has no currency";
            case errc::unbalanced: return "debits and credits differ";
            case errc::overflow: return "a sum does not fit 64 bits";
            case errc::unknown_account: return "the chart has no such account";
            case errc::misplaced_client: return "this account has no clients";
            case errc::no_booking: return "the event moves no money";
            case errc::conflicting_entry: return "the event was posted before with other lines";
            case errc::journal_behind:
                return "the ledger has seen more events than the journal holds: the journal was "
                       "lost or replaced by an older one";
        }
        return "unknown ledger error";
    }
};

constexpr ledger_category category;

}  // namespace

error_code make_error_code(errc e) noexcept { return {static_cast<int>(e), category}; }

}  // namespace bridge::ledger
