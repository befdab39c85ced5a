#include "sim/receipt.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "protocol/money.hpp"

namespace sim {
namespace {

constexpr std::uint8_t plain = 0x00;
constexpr std::uint8_t centred = 0x40;
constexpr std::uint8_t centred_large = 0x60;
constexpr std::uint8_t last_line = 0x80;

std::string_view title_of(const transaction& one) {
    switch (one.kind) {
        case booking_kind::payment: return "Payment";
        case booking_kind::refund: return "Refund";
        case booking_kind::reservation: return "Reservation";
        case booking_kind::capture: return "Booking of reservation";
        case booking_kind::release: return "Release of reservation";
        case booking_kind::reversal: return "Reversal";
    }
    return {};
}

std::string_view entry_of(const card& holder) {
    switch (holder.entry) {
        case entry_mode::magstripe: return "magnetic stripe";
        case entry_mode::chip: return "chip";
        case entry_mode::contactless: return "contactless";
    }
    return {};
}

std::string amount_text(std::int64_t minor, std::uint16_t currency) {
    const auto unit = protocol::currency::from_number(currency);
    const auto known = unit ? *unit : protocol::euro();
    return fmt::format("{} {}", known.code(), protocol::format_amount({minor, known}));
}

std::string two_columns(std::string_view left, std::string_view right, std::size_t width) {
    const auto used = left.size() + right.size();
    const auto gap = used < width ? width - used : 1;
    return fmt::format("{}{:{}}{}", left, "", gap, right);
}

class lines {
public:
    explicit lines(std::size_t width) : width_{width} {}

    void add(std::uint8_t attribute, std::string text) {
        all_.push_back({attribute, std::move(text)});
    }
    void add(std::string_view left, std::string_view right) {
        add(plain, two_columns(left, right, width_));
    }
    /// The receipt, its last line marked as such.
    receipt_lines end(std::string text) {
        add(centred | last_line, std::move(text));
        return std::move(all_);
    }

private:
    std::size_t width_;
    receipt_lines all_;
};

void add_card(lines& out, const transaction& one) {
    const auto* holder = one.holder();
    if (holder == nullptr) return;
    out.add(centred_large, std::string{holder->product});
    out.add(plain, holder->masked_pan());
    out.add("Card entry", entry_of(*holder));
    if (!holder->aid.empty()) out.add("AID", holder->aid);
}

}  // namespace

receipt_lines transaction_receipt(const transaction& one, receipt_for whom,
                                  const receipt_details& details) {
    lines out{details.width};
    out.add(centred, whom == receipt_for::merchant ? "Merchant receipt" : "Customer receipt");
    out.add(centred_large, std::string{title_of(one)});
    out.add(plain, fmt::format("{:%d.%m.%Y  %H:%M:%S}", one.when));
    out.add("Terminal", fmt::format("{:08}", details.terminal_id));
    out.add("Trace", fmt::format("{:06}", one.trace));
    out.add("Receipt", fmt::format("{:04}", one.receipt));
    add_card(out, one);
    if (!one.authorisation_code.empty()) out.add("Authorisation", one.authorisation_code);
    if (one.original_receipt != 0) {
        out.add("Original receipt", fmt::format("{:04}", one.original_receipt));
    }
    out.add("Amount", amount_text(one.amount, one.currency));
    if (one.verified == verification::signature && whom == receipt_for::merchant) {
        out.add(plain, "");
        out.add(plain, std::string(details.width, '_'));
        out.add(centred, "Signature");
    }
    if (one.result_code != 0) return out.end(fmt::format("NOT PAID ({:02X})", one.result_code));
    return out.end("Approved - thank you");
}

receipt_lines day_receipt(const day_totals& day, std::uint16_t currency,
                          const receipt_details& details) {
    constexpr std::array<std::string_view, brand_count> names{
        "girocard", "JCB", "Mastercard", "American Express", "Visa", "Diners", "others"};
    lines out{details.width};
    out.add(centred_large, "End of day");
    out.add(plain, fmt::format("{:%d.%m.%Y  %H:%M:%S}", day.when));
    out.add("Terminal", fmt::format("{:08}", details.terminal_id));
    out.add("Receipts", fmt::format("{:04}-{:04}", day.first_receipt, day.last_receipt));
    for (std::size_t i = 0; i < brand_count; ++i) {
        if (day.brands[i].count == 0) continue;
        out.add(fmt::format("{} x{}", names[i], day.brands[i].count),
                amount_text(day.brands[i].amount, currency));
    }
    out.add("Total", amount_text(day.total(), currency));
    return out.end("End of day completed");
}

receipt_lines notice(std::string_view title, std::vector<std::string> content,
                     const receipt_details& details) {
    lines out{details.width};
    out.add(centred_large, std::string{title});
    for (auto& line : content) out.add(plain, std::move(line));
    return out.end("---");
}

}  // namespace sim
