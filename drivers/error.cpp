#include "drivers/terminal.hpp"

namespace drivers {
namespace {

class driver_category final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "drivers"; }
    std::string message(int value) const override {
        switch (static_cast<errc>(value)) {
            case errc::not_connected: return "the terminal is not connected or not registered yet";
            case errc::busy: return "another command is running on the terminal";
            case errc::unsupported: return "the terminal cannot do this command";
            case errc::bad_request: return "the terminal's protocol cannot carry this request";
            case errc::link_lost: return "the link to the terminal was lost";
            case errc::timeout: return "the terminal did not answer in time";
            case errc::link_speaks_other_protocol:
                return "what answers on this link does not speak the configured terminal protocol";
            case errc::registration_refused: return "the terminal refused the registration";
            case errc::protocol_violation:
                return "the terminal sent what its protocol does not allow here";
        }
        return "unknown driver error";
    }
};

constexpr driver_category category;

}  // namespace

error_code make_error_code(errc e) noexcept { return {static_cast<int>(e), category}; }

}  // namespace drivers
