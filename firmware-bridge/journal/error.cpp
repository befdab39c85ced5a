#include "firmware-bridge/journal/journal.hpp"

namespace bridge::journal {
namespace {

class journal_category final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "journal"; }
    std::string message(int value) const override {
        switch (static_cast<errc>(value)) {
            case errc::newer_schema: return "the journal was written by a newer version";
            case errc::corrupt: return "the journal is damaged";
            case errc::in_use: return "another process uses the state directory";
            case errc::disk_full: return "the disk is full";
            case errc::io_error: return "the disk failed";
            case errc::not_found: return "there is no such object";
            case errc::key_conflict:
                return "the idempotency key is taken by another object or another request";
        }
        return "unknown journal error";
    }
};

constexpr journal_category category;

}  // namespace

protocol::error_code make_error_code(errc e) noexcept { return {static_cast<int>(e), category}; }

}  // namespace bridge::journal
