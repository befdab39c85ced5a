#include "firmware-bridge/bridgectl/event_stream.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace bridge::bridgectl;

TEST_SUITE_BEGIN("firmware-bridge/bridgectl/event_stream");

namespace {

std::string read(std::string_view stream, std::size_t at_once) {
    event_stream_reader reader;
    std::string seen;
    for (std::size_t at = 0; at < stream.size(); at += at_once) {
        reader.receive(stream.substr(at, at_once));
        while (const auto event = reader.next())
            seen += '[' + event->id + '|' + event->type + '|' + event->data + ']';
    }
    return seen;
}

}  // namespace

TEST_CASE("event_stream: events come out the same however the bytes are cut") {
    struct row {
        const char* name;
        std::string_view stream;
        const char* events;
    };
    for (const auto& row : {
             row{"one", "id: evt_1\nevent: payment.updated\ndata: {}\n\n",
                 "[evt_1|payment.updated|{}]"},
             row{"two", "id: 1\ndata: a\n\nid: 2\ndata: b\n\n", "[1|message|a][2|message|b]"},
             row{"CRLF and CR", "data: a\r\n\r\ndata: b\r\r", "[|message|a][|message|b]"},
             row{"several data lines", "data: a\ndata:\ndata: b\n\n", "[|message|a\n\nb]"},
             row{"no blank after the colon", "data:a\n\n", "[|message|a]"},
             row{"only one blank is cut", "data:  a\n\n", "[|message| a]"},
             row{"comment", ": still here\n\ndata: a\n\n", "[|message|a]"},
             row{"retry and unknown fields", "retry: 2000\n\nfoo: bar\nbaz\ndata: a\n\n",
                 "[|message|a]"},
             row{"id without data is kept for the next", "id: 7\n\ndata: a\n\n", "[7|message|a]"},
             row{"type is not kept", "event: x\ndata: a\n\ndata: b\n\n", "[|x|a][|message|b]"},
             row{"no data, no event", "event: x\n\n", ""},
             row{"empty data", "data\n\n", "[|message|]"},
             row{"cut off", "data: a\n", ""},
         }) {
        CAPTURE(row.name);
        for (std::size_t at_once = 1; at_once <= row.stream.size(); ++at_once)
            CHECK(read(row.stream, at_once) == row.events);
    }
}

TEST_CASE("event_stream: an event beyond the limit is dropped and the next one is read") {
    const std::string large(event_stream_reader::largest_event, 'x');
    CHECK(read("data: " + large + "\n\ndata: a\n\n", 4096) == "[|message|a]");
}
