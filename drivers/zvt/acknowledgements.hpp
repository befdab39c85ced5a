// Which results still wait to be durable before the terminal hears of it (M3), and whether it is
// known to have heard (M5).
//
// The owner's word is about the last result that it was given, and all before. While a newer one is
// on its way to it the word is too old, and after a link has gone there is nobody to say it to.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace drivers::zvt {

class acknowledgements {
public:
    /// What to do with a 04 0F that came.
    enum class verdict : std::uint8_t {
        tell,          // new: tell the engine, answer when it says so
        wait,          // a copy of what the engine is making durable: say nothing
        answer_again,  // a copy of what is durable: answer
    };

    /// A command begins: what it brings is new even if it looks like what came before.
    void command_begins();
    /// `to_prove`: an approval whose acknowledgement the terminal must be seen to have (M5).
    /// `early`: the running command has no answer yet, so a copy of the last result of the command
    /// before is just that.
    [[nodiscard]] verdict result(std::span<const std::uint8_t> apdu, bool to_prove, bool early);
    /// The engine has been given the next result.
    void taken() noexcept;
    /// The engine has made what it was given durable. True: answer the terminal now.
    [[nodiscard]] bool acknowledge() noexcept;
    /// A result of this link waits for the engine.
    [[nodiscard]] bool waiting() const noexcept;
    void link_gone() noexcept;

    /// The terminal went on as it does once acknowledged. True once for each answer to prove.
    [[nodiscard]] bool progress() noexcept;
    /// The terminal reverses: no later message is proof.
    void no_progress() noexcept { expects_proof_ = false; }
    /// The answer now to be sent is one whose arrival is to be proven.
    [[nodiscard]] bool expects_proof() const noexcept { return expects_proof_; }

private:
    std::uint64_t told_{};
    std::uint64_t taken_{};
    std::uint64_t acknowledged_{};
    std::uint64_t before_this_link_{};    // told_ when the link came up
    std::vector<std::uint8_t> last_;      // of this command, or since the last one
    std::vector<std::uint8_t> previous_;  // of the command before
    bool to_prove_{};
    bool expects_proof_{};
};

}  // namespace drivers::zvt
