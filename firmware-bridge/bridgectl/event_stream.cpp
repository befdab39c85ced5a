#include "firmware-bridge/bridgectl/event_stream.hpp"

#include <utility>

namespace bridge::bridgectl {

void event_stream_reader::receive(std::string_view bytes) {
    for (const char byte : bytes) {
        const bool second_of_crlf = after_cr_ && byte == '\n';
        after_cr_ = byte == '\r';
        if (second_of_crlf) continue;
        if (byte == '\n' || byte == '\r') {
            end_line();
        } else {
            if (++size_ <= largest_event) line_ += byte;
        }
    }
}

void event_stream_reader::end_line() {
    const auto line = std::exchange(line_, {});
    if (line.empty()) return end_event();
    if (size_ > largest_event || line.front() == ':') return;
    const std::string_view whole{line};
    const auto colon = whole.find(':');
    const auto field = whole.substr(0, colon);
    auto value = colon == whole.npos ? std::string_view{} : whole.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (field == "data") {
        if (has_data_) current_.data += '\n';
        current_.data += value;
        has_data_ = true;
    } else if (field == "event") {
        current_.type = value;
    } else if (field == "id" && value.find('\0') == value.npos) {
        current_.id = value;
    }
}

void event_stream_reader::end_event() {
    const bool whole = has_data_ && size_ <= largest_event;
    auto id = current_.id;
    auto event = std::exchange(current_, {std::move(id), {}, {}});
    has_data_ = false;
    size_ = 0;
    if (!whole) return;
    if (event.type.empty()) event.type = "message";
    events_.push_back(std::move(event));
}

std::optional<server_sent_event> event_stream_reader::next() {
    if (events_.empty()) return std::nullopt;
    auto event = std::move(events_.front());
    events_.pop_front();
    return event;
}

}  // namespace bridge::bridgectl
