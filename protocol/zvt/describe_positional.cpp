#include "protocol/zvt/describe_positional.hpp"

#include <algorithm>

#include "protocol/zvt/codes.hpp"
#include "protocol/zvt/messages/administration.hpp"
#include "protocol/zvt/messages/display.hpp"
#include "protocol/zvt/messages/field_reader.hpp"
#include "protocol/zvt/messages/money_command.hpp"

namespace protocol::zvt {
namespace {

constexpr int depth = 1;

constexpr named_bit config_bits[] = {
    {0x02, "payment receipts to the ECR"},       {0x04, "administration receipts to the ECR"},
    {0x08, "intermediate status wanted"},        {0x10, "no payments at the terminal"},
    {0x20, "no administration at the terminal"}, {0x80, "print lines wanted"}};
constexpr named_value languages[] = {
    {0x00, "German"},    {0x01, "English"}, {0x02, "French"},     {0x03, "Italian"},
    {0x04, "Hungarian"}, {0x05, "Slovene"}, {0x06, "Spanish"},    {0x07, "Czech"},
    {0x08, "Swedish"},   {0x09, "Dutch"},   {0x0A, "Polish"},     {0x0B, "Slovak"},
    {0x0C, "Danish"},    {0x0D, "Greek"},   {0x0E, "Portuguese"}, {0x0F, "Lithuanian"}};
constexpr named_value baudrates[] = {{0, "9600"}, {1, "19200"}, {6, "57600"}, {7, "115200"}};
constexpr named_value protocols[] = {{1, "T=1"}, {2, "serial IFSF"}};
constexpr named_value prepaid_modes[] = {{1, "card"}, {2, "cash"}, {3, "card already paid"}};
constexpr named_value keys[] = {{key::ok, "OK"},
                                {key::clear, "C"},
                                {key::stop, "STOP"},
                                {0x31, "F1 or digit 1"},
                                {0x32, "F2 or digit 2"},
                                {0x33, "F3 or digit 3"},
                                {0x34, "F4 or digit 4"},
                                {key::information, "information"},
                                {key::up, "up"},
                                {key::timeout, "timeout"},
                                {key::card_present, "card present"}};

/// Names the fields one after the other; end() tells what was missing or is left.
class namer {
public:
    namer(describe_tree& tree, bytes_view fixed, const describe_context& context)
        : tree_{tree}, context_{context}, in_{fixed} {}

    void password(std::string_view name = "password") {
        if (in_.bytes(3).size() == 3) tree_.line(depth, name, "(not shown)");
    }
    template <class Meaning>
    void byte(std::string_view name, Meaning meaning) {
        const auto taken = in_.bytes(1);
        if (!taken.empty()) tree_.line(depth, name, meaning(taken[0]));
    }
    void digits(std::string_view name, std::size_t size) {
        const auto taken = in_.bytes(size);
        auto text = hex_text(taken);
        std::erase(text, ' ');
        if (taken.size() == size) tree_.line(depth, name, text);
    }
    void currency() {
        const auto taken = in_.bytes(2);
        if (taken.size() != 2) return;
        const auto number = read_bcd(taken);
        tree_.line(depth, "currency", number ? currency_text(*number) : hex_text(taken));
    }
    void raw(std::string_view name, std::size_t size) {
        const auto taken = in_.bytes(size);
        if (taken.size() == size) tree_.line(depth, name, hex_text(taken));
    }
    void text(std::string_view name, std::size_t size) {
        const auto taken = in_.bytes(size);
        if (taken.size() == size) tree_.line(depth, name, quoted(taken, context_.texts));
    }
    void rest_as_text(std::string_view name) { text(name, left()); }
    void rest_but_one_as_text(std::string_view name) { text(name, left() - 1); }
    void hidden_rest(std::string_view name) {
        const auto taken = in_.rest();
        if (!taken.empty()) {
            tree_.line(depth, name, std::to_string(taken.size()) + " bytes, not shown");
        }
    }
    /// Position (two digits), characters, NUL: the texts of the old display commands.
    void positioned_text(std::string_view name) {
        const auto rest = in_.unread();
        const auto end = std::find(rest.begin() + (rest.empty() ? 0 : 1), rest.end(), 0x00);
        const auto position = in_.bytes(1);
        const auto characters =
            in_.bytes(static_cast<std::size_t>(end - rest.begin()) - (rest.empty() ? 0U : 1U));
        in_.bytes(1);
        if (in_.failure() != errc{}) return;
        tree_.line(depth, name,
                   quoted(characters, context_.texts) + " at position " + hex_text(position));
    }
    [[nodiscard]] std::size_t left() const { return in_.unread().size(); }
    [[nodiscard]] bool more() const { return in_.failure() == errc{} && !in_.empty(); }
    [[nodiscard]] std::uint8_t peek() const { return in_.empty() ? 0 : in_.unread()[0]; }

    void end() {
        if (in_.failure() != errc{}) {
            tree_.broken(depth, in_.unread(), make_error_code(in_.failure()));
        } else {
            tree_.unknown(depth, in_.unread());
        }
    }

private:
    describe_tree& tree_;
    const describe_context& context_;
    field_reader in_;
};

const auto result_text = [](std::uint8_t code) { return code_text(code, result_code_text(code)); };
const auto status_text = [](std::uint8_t code) {
    return code_text(code, terminal_status_text(code));
};
const auto number_text = [](std::uint8_t value) { return std::to_string(value); };
const auto hex_byte = [](std::uint8_t value) { return hex_text(value, 2); };

void name_registration(namer& fields) {
    fields.password();
    fields.byte("config byte", [](auto value) { return bits_text(value, config_bits); });
    if (fields.more()) fields.currency();
}

void name_completion(namer& fields) {
    constexpr std::size_t version_prefix = 3;
    if (fields.left() > version_prefix) {
        fields.raw("length of the software version", version_prefix);
        fields.rest_but_one_as_text("software version");
    }
    if (fields.more()) fields.byte("status", status_text);
}

void name_print_line(namer& fields) {
    constexpr std::uint8_t line_feeds = 0xFF;
    const bool feeds = fields.peek() == line_feeds;
    fields.byte("attribute", attribute_text);
    if (feeds && fields.more()) fields.byte("line feeds", number_text);
    if (fields.more()) fields.rest_as_text("text");
}

void name_old_display(namer& fields) {
    fields.positioned_text("text");
    if (fields.more()) fields.byte("seconds", number_text);
    if (fields.more()) fields.positioned_text("second text");
}

void name_old_numeric_input(namer& fields) {
    constexpr std::size_t mac_size = 8;
    fields.byte("maximum input length", number_text);
    fields.byte("OK key required", hex_byte);
    fields.raw("not used", 3);
    fields.positioned_text("text 1");
    fields.positioned_text("text 2");
    fields.raw("MAC", mac_size);
}

void name_old_pin_verification(namer& fields) {
    fields.byte("PIN algorithm", hex_byte);
    fields.byte("PIN length", number_text);
    fields.byte("OK key required", hex_byte);
    fields.byte("not used", hex_byte);
    fields.positioned_text("text");
    fields.hidden_rest("driver code and card data");
}

void name_abort(namer& fields) {
    if (fields.more()) fields.byte("result code", result_text);
    if (fields.more()) fields.currency();
}

void name_intermediate_status(namer& fields) {
    fields.byte("status", [](std::uint8_t status) {
        return code_text(status, intermediate_status_text(status));
    });
    if (fields.more()) fields.digits("T4 in minutes", 1);
}

void name_prepaid(namer& fields) {
    fields.digits("prepaid id", 2);
    fields.byte("mode", [](std::uint8_t mode) { return value_text(mode, prepaid_modes); });
}

void name_two_passwords(namer& fields) {
    fields.password("old password");
    fields.password("new password");
}

void name_reprint(namer& fields) {
    fields.password();
    fields.digits("from transaction", 2);
    if (fields.more()) fields.digits("to transaction", 2);
}

void name_timeout(namer& fields) {
    fields.byte("timeout", [](std::uint8_t seconds) {
        return seconds == 0 ? std::string{"endless"} : std::to_string(seconds) + " s";
    });
}

template <const auto& Values>
void name_choice(namer& fields) {
    fields.byte("value", [](std::uint8_t value) { return value_text(value, Values); });
}

void name_number_to_dial(namer& fields) { fields.rest_as_text("number to dial"); }

void name_line_data(namer& fields) { fields.hidden_rest("data of the line"); }

struct layout_row {
    command code;
    void (*name)(namer&);
};

/// The commands that begin with more than a password.
constexpr layout_row layouts[] = {
    {command::registration, name_registration},
    {command::completion, name_completion},
    {command::abort_indication, name_abort},
    {negative_response(0x1E), name_abort},
    {command::intermediate_status, name_intermediate_status},
    {command::print_line, name_print_line},
    {command::prepaid_top_up, name_prepaid},
    {command::change_password, name_two_passwords},
    {command::reprint_receipts, name_reprint},
    {command::read_card, name_timeout},
    {command::switch_protocol, name_choice<protocols>},
    {command::select_language, name_choice<languages>},
    {command::change_baudrate, name_choice<baudrates>},
    {command::display_text_old, name_old_display},
    {command::display_text_function_key_old, name_old_display},
    {command::display_text_numeric_input_old, name_old_numeric_input},
    {command::pin_verification_old, name_old_pin_verification},
    {command::dial_up, name_number_to_dial},
    {command::transmit_data_via_dial_up, name_line_data},
    {command::receive_data_via_dial_up, name_line_data},
};

}  // namespace

void describe_positional(describe_tree& tree, bytes_view fixed, const describe_context& context) {
    namer fields{tree, fixed, context};
    const auto* layout = std::find_if(std::begin(layouts), std::end(layouts),
                                      [&](const auto& row) { return row.code == context.code; });
    if (layout != std::end(layouts)) {
        layout->name(fields);
    } else if (!fixed.empty() && find_command(context.code) == nullptr) {
        fields.raw("vendor data", fixed.size());
    } else if (!fixed.empty()) {
        fields.password();
    }
    fields.end();
}

void describe_answer(describe_tree& tree, bytes_view data, const describe_context& context) {
    if (data.empty()) return;
    if (data.size() == 1) {
        tree.line(depth, "key or status", value_text(data[0], keys));
    } else if (std::all_of(data.begin(), data.end(), [](auto b) { return b >= '0' && b <= '9'; })) {
        tree.line(depth, "digits", quoted(data, context.texts));
    } else {
        tree.line(depth, "data of the answer", hex_text(data));
    }
}

}  // namespace protocol::zvt
