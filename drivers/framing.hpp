// Which framing a wire needs. Apart from link.hpp so that the sans-I/O machines, which ask for it,
// do not see Asio.
#pragma once

#include <cstdint>

namespace drivers {

/// Which framing the wire needs: an APDU with DLE/STX/CRC or as it is.
enum class framing : std::uint8_t { serial, stream };

}  // namespace drivers
