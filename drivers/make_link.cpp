#include "drivers/make_link.hpp"

#include "drivers/link_error.hpp"
#include "drivers/serial_link.hpp"
#include "drivers/tcp_link.hpp"

namespace drivers {
namespace {

struct maker {
    using made = protocol::result<std::unique_ptr<link>>;
    asio::any_io_executor executor;

    made operator()(const serial_address& address) const {
        return std::make_unique<serial_link>(executor, address);
    }
    made operator()(const tcp_address& address) const {
        return std::make_unique<tcp_link>(executor, address);
    }
    made operator()(const usb_address&) const { return link_errc::usb_unavailable; }
};

}  // namespace

protocol::result<std::unique_ptr<link>> make_link(const link_address& address,
                                                  asio::any_io_executor executor) {
    return std::visit(maker{std::move(executor)}, address);
}

}  // namespace drivers
