// Server-sent events out of the bytes of a stream, cut anywhere.
//
//     event_stream_reader reader;
//     reader.receive(bytes);
//     while (auto event = reader.next()) …event->id, event->data…
//
// As the HTML standard reads them: lines end in LF, CRLF or CR; a blank line ends an event; one
// without data is none; what follows the last blank line is not an event yet.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace bridge::bridgectl {

struct server_sent_event {
    std::string id;    // of the last id line, also of an earlier event
    std::string type;  // "message" when the stream names none
    std::string data;  // data lines, joined by LF
};

class event_stream_reader {
public:
    /// An event larger than this is dropped as a whole: nothing that the daemon sends is.
    static constexpr std::size_t largest_event = 1U << 20U;

    void receive(std::string_view bytes);
    [[nodiscard]] std::optional<server_sent_event> next();

private:
    void end_line();
    void end_event();

    std::deque<server_sent_event> events_;
    server_sent_event current_;
    std::string line_;
    std::size_t size_{};  // of the event so far
    bool has_data_{};
    bool after_cr_{};
};

}  // namespace bridge::bridgectl
