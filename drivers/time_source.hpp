// Time as the cores see it. Only differences of time_point count; wall clock time is another type
// and comes from wall_clock, so that the two cannot be mixed up.
#pragma once

#include <chrono>

namespace drivers {

using time_point = std::chrono::steady_clock::time_point;
using wall_time = std::chrono::sys_time<std::chrono::milliseconds>;

}  // namespace drivers
