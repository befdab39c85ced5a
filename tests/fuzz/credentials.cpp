// A header grants a role exactly when it is "Bearer", in any case, one blank and a known token.
#include "firmware-bridge/api/credentials.hpp"

#include <array>
#include <cctype>

#include "tests/fuzz/seed_corpus.hpp"

using namespace bridge::api;

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    return fuzz::write_texts(*argc, *argv,
                             {"Bearer viewer-token", "bearer admin-token", "Bearer ", "Bearer",
                              "Bearer  admin-token", "Basic admin-token", "Bearer admin-token "});
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::array tokens{server_settings::token{role::viewer, "viewer-token"},
                            server_settings::token{role::administrator, "admin-token"},
                            server_settings::token{role::administrator, ""}};
    const std::string header(data, data + size);
    std::string scheme = header.substr(0, 7);
    for (auto& c : scheme) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    std::optional<role> expected;
    if (scheme == "bearer ") {
        const auto given = header.substr(7);
        if (given == "viewer-token") expected = role::viewer;
        if (given == "admin-token") expected = role::administrator;
    }
    FUZZ_ASSERT(role_of(header, tokens) == expected);
    return 0;
}
