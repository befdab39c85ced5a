// Expected failures are values. Every layer returns result<T>; an error_code says which of the
// layer's errc values happened. Exceptions are left to start-up and to cancellation.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

namespace protocol {

using boost::system::error_code;

template <class T>
using result = boost::system::result<T, error_code>;

}  // namespace protocol
