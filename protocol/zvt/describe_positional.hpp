// The bytes in front of a message's BMPs, by name. For describe().
#pragma once

#include "protocol/zvt/apdu.hpp"
#include "protocol/zvt/describe_tree.hpp"

namespace protocol::zvt {

/// `fixed` is what positional_size() says of the message. Bytes that are too few for what the
/// command wants are told as broken.
void describe_positional(describe_tree&, bytes_view fixed, const describe_context&);

/// Data of 80 00 and 84 xx that are no BMPs: their meaning depends on the command they answer.
void describe_answer(describe_tree&, bytes_view data, const describe_context&);

}  // namespace protocol::zvt
