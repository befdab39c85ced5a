#include <ostream>
#include <string>

#include "firmware-bridge/bridgectl/commands.hpp"

namespace bridge::bridgectl {

namespace {

void add_case(std::string& script, const std::string& path, const CLI::App& app,
              const CLI::App& top) {
    std::string words;
    for (const auto* sub : app.get_subcommands([](const CLI::App*) { return true; }))
        words += sub->get_name() + ' ';
    for (const auto* from : {&app, &top})
        for (const auto* option : from->get_options())
            for (const auto& name : option->get_lnames())
                if (from == &app || &app != &top) words += "--" + name + ' ';
    script += "        \"" + path + "\") words=\"" + words + "\" ;;\n";
    for (const auto* sub : app.get_subcommands([](const CLI::App*) { return true; }))
        add_case(script, path + ' ' + sub->get_name(), *sub, top);
}

/// The words are taken from the parser itself, so they cannot fall behind it. Terminals are asked
/// from the daemon when one is wanted.
std::string bash_script(const CLI::App& app) {
    std::string script = R"(# bash completion of bridgectl: source <(bridgectl completion bash)
_bridgectl() {
    local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"
    local path="bridgectl" word words="" i
    if [[ $previous == --terminal ]]; then
        words=$(bridgectl terminals 2>/dev/null | awk 'NR > 1 { print $1 }')
        COMPREPLY=($(compgen -W "$words" -- "$current"))
        return
    fi
    if [[ $previous == --token-file || $previous == decode ]]; then
        COMPREPLY=($(compgen -f -- "$current"))
        return
    fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        word="${COMP_WORDS[i]}"
        [[ $word == -* ]] && continue
        case "$path $word" in
COMMANDS
            path="$path $word" ;;
        esac
    done
    case "$path" in
)";
    std::string known;
    for (const auto* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
        known += (known.empty() ? "            " : "|") + std::string{"\"bridgectl "} +
                 sub->get_name() + '"';
        for (const auto* below : sub->get_subcommands([](const CLI::App*) { return true; }))
            known += "|\"bridgectl " + sub->get_name() + ' ' + below->get_name() + '"';
    }
    script.replace(script.find("COMMANDS"), 8, known + ")");
    add_case(script, "bridgectl", app, app);
    return script + R"(    esac
    COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _bridgectl bridgectl
)";
}

}  // namespace

void define_completion(commands& all) {
    auto* completion = all.app.add_subcommand("completion", "prints a completion script");
    completion->require_subcommand(1);
    completion->add_subcommand("bash", "for bash: source <(bridgectl completion bash)")
        ->callback([&all] {
            all.chosen = [&all] {
                all.with.out << bash_script(all.app);
                return exit_code::ok;
            };
        });
}

}  // namespace bridge::bridgectl
