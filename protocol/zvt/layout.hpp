// Where the BMPs of a message begin. Most messages are BMPs from their first byte; the others start
// with fields that have no id (a password, a result code, a line of text). This is the one place
// that knows how many bytes those take, so that masking and decoding agree.
//
//     const auto fixed = positional_size(apdu.code, apdu.data);
//     const auto block = data_block::parse(apdu.data.subspan(fixed));
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "protocol/zvt/command.hpp"

namespace protocol::zvt {

/// Bytes of `data` before its first BMP: data.size() when the message has none (texts, vendor
/// commands, passwords only). Where the specification leaves the layout open (06 0F, 06 1E, 04 FF,
/// 06 00, 06 D1) the bytes decide. ZVT reference 2.1-2.7. Commands that the specification does not
/// have count as BMPs from the start.
[[nodiscard]] std::size_t positional_size(command code,
                                          std::span<const std::uint8_t> data) noexcept;

/// True when `bytes` are exactly one TLV container: 06, a length, and as many bytes.
[[nodiscard]] bool is_whole_container(std::span<const std::uint8_t> bytes) noexcept;

}  // namespace protocol::zvt
