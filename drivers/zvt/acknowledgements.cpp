#include "drivers/zvt/acknowledgements.hpp"

#include <algorithm>
#include <utility>

namespace drivers::zvt {

void acknowledgements::command_begins() {
    if (!last_.empty()) previous_ = std::exchange(last_, {});
    to_prove_ = false;
    expects_proof_ = false;
}

acknowledgements::verdict acknowledgements::result(std::span<const std::uint8_t> apdu,
                                                   bool to_prove, bool early) {
    if (!last_.empty() && std::ranges::equal(apdu, last_)) {
        if (waiting()) return verdict::wait;
        expects_proof_ = to_prove_;
        return verdict::answer_again;
    }
    if (early && !previous_.empty() && std::ranges::equal(apdu, previous_)) {
        return verdict::answer_again;
    }
    last_.assign(apdu.begin(), apdu.end());
    to_prove_ = to_prove;
    expects_proof_ = false;
    ++told_;
    return verdict::tell;
}

void acknowledgements::taken() noexcept { ++taken_; }

bool acknowledgements::waiting() const noexcept {
    return told_ > before_this_link_ && acknowledged_ < told_;
}

bool acknowledgements::acknowledge() noexcept {
    if (taken_ < told_ || acknowledged_ == told_) return false;
    const bool answer = waiting();
    acknowledged_ = told_;
    if (answer) expects_proof_ = to_prove_;
    return answer;
}

void acknowledgements::link_gone() noexcept {
    if (waiting()) last_.clear();  // told again on the next link, if the terminal repeats it there
    before_this_link_ = told_;
    expects_proof_ = false;
}

bool acknowledgements::progress() noexcept { return std::exchange(expects_proof_, false); }

}  // namespace drivers::zvt
