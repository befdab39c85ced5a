#include <memory>

#include "firmware-bridge/bridgectl/commands.hpp"
#include "firmware-bridge/bridgectl/render.hpp"

namespace bridge::bridgectl {

namespace {

exit_code show_terminals(session& with, const std::string& id) {
    const auto answer =
        with.ask({.target = id.empty() ? "/v1/terminals" : "/v1/terminals/" + escaped(id)});
    if (!answer) return with.explain(answer.error());
    if (!answer->ok()) return with.explain(*answer);
    with.show(*answer, [&](std::ostream& out, const boost::json::object& body) {
        const auto* data = array_of(body, "data");
        if (!id.empty())
            show_terminal(out, body);
        else if (data == nullptr || data->empty())
            out << "no terminals are configured\n";
        else
            show_terminal_table(out, *data);
    });
    return exit_code::ok;
}

struct action {
    std::string terminal;
    std::vector<std::string> lines;
    bool no_wait{};
};

exit_code perform(session& with, const action& wanted, const std::string& name) {
    http_request request{.method = verb::post,
                         .target = "/v1/terminals/" + escaped(wanted.terminal) + '/' + name};
    if (!wanted.lines.empty())
        request.body = boost::json::object{
            {"lines", boost::json::array(wanted.lines.begin(), wanted.lines.end())}};
    auto answer = with.ask(request);
    // The action runs on whether somebody waits or not, so waiting may be repeated.
    while (answer && answer->status == 202 && !wanted.no_wait && answer->body.is_object()) {
        const auto id = text_of(answer->body.get_object(), "id");
        answer = with.ask({.target = "/v1/operations/" + escaped(id) + "?wait=20",
                           .timeout = std::chrono::seconds{50}});
        if (answer && answer->ok() && answer->body.is_object() &&
            text_of(answer->body.get_object(), "status") == "running")
            answer->status = 202;
    }
    if (!answer) return with.explain(answer.error());
    if (!answer->ok() || !answer->body.is_object()) return with.explain(*answer);
    with.show(*answer, show_operation);
    const auto& operation = answer->body.get_object();
    const auto* differences = array_of(operation, "differences");
    if (differences != nullptr && !differences->empty()) return exit_code::declined;
    return verdict_of(operation);
}

CLI::App* define_action(commands& all, const std::string& name, const std::string& does,
                        const std::shared_ptr<action>& wanted) {
    auto& with = all.with;
    auto* command = all.add(name, does, "  bridgectl " + name + " --terminal lane-1\n",
                            [&with, wanted, name] { return perform(with, *wanted, name); });
    command->add_option("--terminal", wanted->terminal, "the terminal")
        ->required()
        ->envname("BRIDGE_TERMINAL");
    command->add_flag("--no-wait", wanted->no_wait, "return as soon as it is accepted");
    return command;
}

}  // namespace

void define_terminals(commands& all) {
    auto& with = all.with;
    const auto id = std::make_shared<std::string>();
    all.add("terminals", "shows the terminals, or one of them",
            "  bridgectl terminals\n  bridgectl terminals lane-1\n",
            [&with, id] { return show_terminals(with, *id); })
        ->add_option("id", *id, "one terminal");

    for (const auto& [name, does] :
         {std::pair{"end-of-day", "closes the terminal's day and compares its totals with ours"},
          {"totals", "asks for the terminal's totals so far"},
          {"diagnosis", "lets the terminal call its host"},
          {"repeat-receipt", "asks what the terminal's last transaction was"},
          {"abort", "stops what the terminal is doing for us"},
          {"reboot", "restarts the terminal (administrator)"}})
        define_action(all, name, does, std::make_shared<action>());

    const auto shown = std::make_shared<action>();
    define_action(all, "display", "shows lines on the terminal's display", shown)
        ->add_option("lines", shown->lines, "up to 8 lines")
        ->required()
        ->expected(1, 8);
}

}  // namespace bridge::bridgectl
