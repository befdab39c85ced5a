// What a fuzzer starts from, written as hex in its source instead of as binary files:
//
//     extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
//         return fuzz::write_seeds(*argc, *argv, {"80 00 00", "04 FF 01 0A"});
//     }
//
// or as they are, where the parser reads text: fuzz::write_texts(*argc, *argv, {R"({"a":1})"}).
// The seeds go into the first directory on the command line, the corpus, before libFuzzer reads it.
#pragma once

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>
#include <string_view>

#include "tests/support/hex_bytes.hpp"

/// Stops the fuzzer: what was found contradicts the contract.
#define FUZZ_ASSERT(condition)              \
    do {                                    \
        if (!(condition)) __builtin_trap(); \
    } while (false)

namespace fuzz {

inline int write_texts(int argc, char** argv, std::initializer_list<std::string_view> seeds) {
    for (int n = 1; n < argc; ++n) {
        const std::filesystem::path corpus{argv[n]};
        if (!std::filesystem::is_directory(corpus)) continue;
        int number = 0;
        for (const auto seed : seeds)
            std::ofstream{corpus / ("seed-" + std::to_string(number++)), std::ios::binary} << seed;
        break;
    }
    return 0;
}

inline int write_seeds(int argc, char** argv, std::initializer_list<std::string_view> seeds) {
    for (int n = 1; n < argc; ++n) {
        const std::filesystem::path corpus{argv[n]};
        if (!std::filesystem::is_directory(corpus)) continue;
        int number = 0;
        for (const auto seed : seeds) {
            const auto bytes = support::hex(seed);
            std::ofstream file{corpus / ("seed-" + std::to_string(number++)), std::ios::binary};
            for (const auto byte : bytes) file.put(static_cast<char>(byte));
        }
        break;
    }
    return 0;
}

}  // namespace fuzz
