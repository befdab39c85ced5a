#include "drivers/link_error.hpp"

#include <string>

namespace drivers {
namespace {

class link_category final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "link"; }
    std::string message(int value) const override {
        switch (static_cast<link_errc>(value)) {
            case link_errc::device_absent:
                return "the serial device is not there: is the terminal plugged in and on?";
            case link_errc::device_in_use:
                return "another process is using the serial device (lsof or fuser names it)";
            case link_errc::not_a_serial_device: return "the path is not a serial device";
            case link_errc::permission_denied:
                return "no permission to open the serial device: add the user to its group";
            case link_errc::name_not_found: return "no address is known for the host name";
            case link_errc::open_timeout: return "the connection was not made in time";
            case link_errc::write_timeout: return "the link took no bytes for too long";
            case link_errc::hung_up:
                return "the other end closed the connection or the device was unplugged";
            case link_errc::closed_here: return "this side closed the link";
            case link_errc::usb_unavailable:
                return "this version has no USB link: use the terminal's serial or TCP interface";
        }
        return "unknown link error";
    }
};

constexpr link_category category;

}  // namespace

protocol::error_code make_error_code(link_errc e) noexcept {
    return {static_cast<int>(e), category};
}

}  // namespace drivers
