// Bearer tokens for TCP clients. A token is a file with one line; whoever can read the file may use
// it.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace bridge::api {

/// Why a token file cannot be used, as one sentence that names the file.
class token_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Reads the token, after making the file with a new random one (32 bytes, hex, mode 0600, synced
/// to disk) if there is none. Throws token_error.
[[nodiscard]] std::string create_or_read_token(const std::filesystem::path&);

/// Reads a token of at least 32 characters. The file must be a regular one that other users cannot
/// read. Throws token_error.
[[nodiscard]] std::string read_token(const std::filesystem::path&);

/// Takes as long for any two texts of one length.
[[nodiscard]] bool same_token(std::string_view left, std::string_view right) noexcept;

}  // namespace bridge::api
