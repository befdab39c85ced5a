// A message that decodes is written again byte for byte; and masking it first, as the receivers do,
// does not make it undecodable.
#include "protocol/zvt/messages/message.hpp"

#include <algorithm>
#include <vector>

#include "protocol/zvt/card_data.hpp"
#include "tests/fuzz/seed_corpus.hpp"

using namespace protocol::zvt;

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    return fuzz::write_seeds(*argc, *argv,
                             {"06 00 08 12 34 56 DE 09 78 06 00",
                              "06 01 0C 04 00 00 00 00 12 34 49 09 78 19 40",
                              "06 30 06 00 00 00 87 00 42",
                              "06 23 03 87 FF FF",
                              "04 0F 05 27 00 87 00 42",
                              "06 0F 08 F0 F0 F4 32 2E 31 30 DC",
                              "06 0F 01 DC",
                              "06 1E 03 6F 09 78",
                              "06 1E 0D B8 06 0A 23 08 08 02 00 43 08 02 00 51",
                              "04 FF 0A FF 03 06 06 24 04 07 02 4F 4B",
                              "06 D1 09 00 4F 4B 06 04 1F 07 01 01",
                              "06 D3 0A 06 08 25 06 07 01 41 09 01 FF",
                              "06 20 05 00 00 00 03 03",
                              "06 91 0B 12 34 56 AA 26 05 14 0C 10 15 30",
                              "06 12 07 12 34 56 00 01 99 99",
                              "06 95 06 00 00 00 12 34 56",
                              "06 09 0A 02 03 01 04 00 00 00 00 15 00",
                              "06 C0 03 1E 19 10",
                              "06 E0 07 F0 05 F1 F0 F2 4F 4B",
                              "06 85 05 01 4F 4B 00 0A",
                              "06 F0 05 70 00 00 00 01",
                              "04 0D 08 06 06 32 04 1F 38 01 00",
                              "04 0E 09 06 07 2B 05 2C 03 07 01 41",
                              "04 0C 0A 06 08 2D 06 1D 01 23 1E 01 00",
                              "08 14 0A 00 00 00 06 05 2D 03 1D 01 01",
                              "06 D8 07 46 39 36 30 30 3A 31",
                              "06 E4 02 8A 0A",
                              "84 9D 07 04 00 00 00 00 08 00",
                              "08 40 01 07"});
}

namespace {

/// Visits everything that a message offers to visit.
struct visitor {
    void operator()(const print_text_block& one) const {
        static_cast<void>(one.for_each_line([](print_attribute, bytes_view) {}));
    }
    void operator()(const abort_indication& one) const {
        std::size_t seen = 0;
        FUZZ_ASSERT(one.for_each_open_reservation([&](protocol::receipt_number number) {
            FUZZ_ASSERT(number.value() <= 9999);
            ++seen;
        }) == seen);
        static_cast<void>(one.vendor_code());
        static_cast<void>(one.vendor_text());
    }
    void operator()(const intermediate_status& one) const {
        one.for_each_line([](bytes_view) {});
    }
    void operator()(const input_request& one) const {
        one.for_each_line([](bytes_view) {});
    }
    void operator()(const menu_request& one) const {
        one.for_each_item([](bytes_view, bytes_view) {});
    }
    void operator()(const file_command& one) const {
        static_cast<void>(for_each_file(one.tlv, [](const file_entry&) {}));
    }
    void operator()(const status_information& one) const {
        FUZZ_ASSERT(one.pan().view().size() <= 20);
        static_cast<void>(one.card_type());
        static_cast<void>(one.card_name());
        if (const auto value = one.block.value(bmp::single_totals)) {
            check_totals(*value);
        }
    }
    void operator()(const response& one) const {
        static_cast<void>(one.key());
        static_cast<void>(one.tlv());
        static_cast<void>(one.delivered_amount());
        static_cast<void>(one.refused_currency());
    }
    template <class Other>
    void operator()(const Other&) const {}

    static void check_totals(bytes_view value) {
        const auto totals = single_totals::decode(value);
        if (!totals) return;
        std::array<std::uint8_t, single_totals::size> out{};
        FUZZ_ASSERT(totals->encode(out).has_value());
        constexpr std::size_t receipts = 4;  // FFFF reads as 0000
        FUZZ_ASSERT(std::ranges::equal(std::span{out}.subspan(receipts), value.subspan(receipts)));
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto split = split_apdu({data, size});
    if (!split) return 0;
    const auto decoded = decode_message(split->apdu);
    if (!decoded) {
        FUZZ_ASSERT(decoded.error() != errc::wrong_command);
        return 0;
    }
    std::vector<std::uint8_t> out(split->used);
    const auto again = encode_message(*decoded, out, split->apdu.extended_length);
    FUZZ_ASSERT(again && std::ranges::equal(*again, bytes_view{data, split->used}));
    std::visit(visitor{}, *decoded);

    std::vector<std::uint8_t> masked(data, data + split->used);
    mask_card_data(masked);
    FUZZ_ASSERT(decode_message(split_apdu(masked)->apdu).has_value());
    return 0;
}
