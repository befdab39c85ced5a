// Objects that are read tile the bytes; written again with the shortest lengths they read the same.
#include "protocol/zvt/tlv.hpp"

#include <algorithm>
#include <vector>

#include "tests/fuzz/seed_corpus.hpp"

using namespace protocol::zvt;

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    return fuzz::write_seeds(
        *argc, *argv,
        {"07 02 4F 4B 09 01 C0", "1F 07 01 01 25 04 07 02 4F 4B", "E4 08 1F 41 05 31 2E 32 2E 33",
         "07 81 01 41 1C 82 00 01 41", "1F 80 01 41 1F 83 00 FF 01 02 07 00 9F 5A 00 1F 84 01 00"});
}

namespace {

void check_written_again(const tlv_object& object) {
    std::vector<std::uint8_t> buffer(object.whole.size() + 8);
    const auto written = tlv_writer{buffer}.put(object.tag, object.value).finish();
    FUZZ_ASSERT(written && written->size() <= object.whole.size());
    const auto again = tlv_reader{*written}.next();
    FUZZ_ASSERT(again && again->tag == object.tag);
    FUZZ_ASSERT(std::ranges::equal(again->value, object.value));

    tlv_writer out{buffer};
    const auto mark = out.open(object.tag);
    if (!object.value.empty()) return;
    out.close(mark);
    FUZZ_ASSERT(std::ranges::equal(*out.finish(), *written));
}

void read_all(bytes_view in, int depth) {
    std::size_t at = 0;
    tlv_reader reader{in};
    while (!reader.empty()) {
        const auto object = reader.next();
        if (!object) {
            FUZZ_ASSERT(reader.rest().size() == in.size() - at);
            return;
        }
        FUZZ_ASSERT(object->whole.data() == in.data() + at);
        FUZZ_ASSERT(object->value.size() < object->whole.size());
        at += object->whole.size();
        check_written_again(*object);
        if (object->constructed() && depth < 8) read_all(object->value, depth + 1);
        FUZZ_ASSERT(find_value(in, object->tag).has_value());
    }
    FUZZ_ASSERT(at == in.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    read_all({data, size}, 0);
    static_cast<void>(find_value({data, size}, {0xE4, 0x1F41}));
    return 0;
}
