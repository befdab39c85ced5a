// The events of a stream are the same however its bytes are cut, and no line end gets into a field.
#include "firmware-bridge/bridgectl/event_stream.hpp"

#include <vector>

#include "tests/fuzz/seed_corpus.hpp"

using namespace bridge::bridgectl;

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    // The first byte says how the rest is cut.
    return fuzz::write_texts(
        *argc, *argv,
        {"\x01retry: 2000\n\nid: evt_0000000000000042\nevent: payment.updated\ndata: {\"a\":1}\n\n",
         "\x03: still here\n\ndata\n\ndata:\ndata: b\r\n\r\nid\ndata:x\r\r",
         "\x02id: 1\n\ndata: y\n\n",
         "\x05"
         "data: cut off"});
}

namespace {

std::vector<server_sent_event> drain(event_stream_reader& reader) {
    std::vector<server_sent_event> events;
    while (auto event = reader.next()) events.push_back(std::move(*event));
    return events;
}

bool has_line_end(std::string_view text) { return text.find_first_of("\r\n") != text.npos; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string text(data + 1, data + size);
    event_stream_reader whole;
    whole.receive(text);
    const auto expected = drain(whole);
    for (const auto& event : expected) {
        FUZZ_ASSERT(!has_line_end(event.id) && !has_line_end(event.type));
        FUZZ_ASSERT(event.data.find('\r') == std::string::npos);
        FUZZ_ASSERT(event.id.find('\0') == std::string::npos);
        FUZZ_ASSERT(!event.type.empty());
    }
    for (const std::size_t piece : {std::size_t{1}, std::size_t{1} + data[0]}) {
        event_stream_reader cut;
        std::vector<server_sent_event> got;
        for (std::size_t at = 0; at < text.size(); at += piece) {
            cut.receive(std::string_view{text}.substr(at, piece));
            for (auto& event : drain(cut)) got.push_back(std::move(event));
        }
        FUZZ_ASSERT(got.size() == expected.size());
        for (std::size_t i = 0; i < got.size(); ++i)
            FUZZ_ASSERT(got[i].id == expected[i].id && got[i].type == expected[i].type &&
                        got[i].data == expected[i].data);
    }
    return 0;
}
