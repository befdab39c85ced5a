// Why a link does not open or does not carry bytes any more, in words for the person who has to
// plug something in. What the operating system says beside these is passed on as its own
// error_code.
#pragma once

#include "protocol/result.hpp"

namespace drivers {

enum class link_errc {
    device_absent = 1,  // serial: no such device now; it may come back
    device_in_use,      // serial: locked by another process
    not_a_serial_device,
    permission_denied,
    name_not_found,   // tcp: the name server knows no such host
    open_timeout,     // tcp: no connection within the time allowed
    write_timeout,    // the wire took no bytes for too long
    hung_up,          // the other end closed, or the device was pulled
    closed_here,      // this side closed it: stop(), shutdown
    usb_unavailable,  // this version has no USB link
};
[[nodiscard]] protocol::error_code make_error_code(link_errc) noexcept;

}  // namespace drivers

template <>
struct boost::system::is_error_code_enum<drivers::link_errc> : std::true_type {};
