// The one place that knows which class carries which kind of address.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>

#include "drivers/link.hpp"
#include "drivers/link_address.hpp"

namespace drivers {

/// A closed link to `address`. Errors: link_errc::usb_unavailable.
[[nodiscard]] protocol::result<std::unique_ptr<link>> make_link(const link_address& address,
                                                                asio::any_io_executor executor);

}  // namespace drivers
