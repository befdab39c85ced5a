#include "protocol/zvt/error.hpp"

#include <string>

namespace protocol::zvt {
namespace {

class zvt_category final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "zvt"; }
    std::string message(int value) const override {
        switch (static_cast<errc>(value)) {
            case errc::truncated: return "the bytes end inside an element";
            case errc::bad_bcd: return "a nibble above 9 where only digits may stand";
            case errc::bad_length_prefix: return "an LL or LLL length digit is not F0..F9";
            case errc::bad_tlv_tag: return "a TLV tag is longer than three bytes";
            case errc::bad_tlv_length: return "a TLV length starts with 80 or 83..FF";
            case errc::value_out_of_range: return "the value does not fit its field";
            case errc::wrong_command: return "the message is another command's";
            case errc::missing_field: return "a field that the command cannot do without is absent";
            case errc::trailing_bytes: return "bytes follow the last field of a fixed layout";
            case errc::buffer_full: return "the output buffer is too small";
            case errc::too_many_fields: return "the message has more fields than any real one";
        }
        return "unknown ZVT error";
    }
};

constexpr zvt_category category;

}  // namespace

error_code make_error_code(errc e) noexcept { return {static_cast<int>(e), category}; }

}  // namespace protocol::zvt
