// The version of the programs, as CMakeLists.txt gives it to project().
#pragma once

namespace bridge::daemon {

inline constexpr const char* version = BRIDGE_VERSION;

}  // namespace bridge::daemon
