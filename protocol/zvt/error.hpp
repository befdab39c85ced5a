// What can be wrong with bytes on the ZVT wire.
#pragma once

#include "protocol/result.hpp"

namespace protocol::zvt {

enum class errc {
    truncated = 1,       // the bytes end inside an element; on a stream: wait for more
    bad_bcd,             // a nibble above 9 where only digits may stand
    bad_length_prefix,   // an LL/LLL digit is not Fx with x = 0..9
    bad_tlv_tag,         // a tag longer than three bytes
    bad_tlv_length,      // 80 or 83..FF as first length byte
    value_out_of_range,  // does not fit the field it must be encoded in
    wrong_command,       // decode() was given another command's APDU
    missing_field,       // a field that the command cannot do without is absent
    trailing_bytes,      // bytes after the last field of a fixed layout
    buffer_full,         // the caller's output buffer is too small
    too_many_fields,     // more fields than data_block::max_fields
};

[[nodiscard]] error_code make_error_code(errc) noexcept;

}  // namespace protocol::zvt

template <>
struct boost::system::is_error_code_enum<protocol::zvt::errc> : std::true_type {};
