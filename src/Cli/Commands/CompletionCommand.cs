using System.CommandLine;
using LlmEfficiency.Cli.Rendering;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Prints the script that teaches a shell to complete <c>llmeff</c>.</summary>
internal static class CompletionCommand
{
    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = """
            _llmeff() {
                local IFS=$'\n'
                COMPREPLY=($(llmeff "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null))
            }
            complete -o default -F _llmeff llmeff
            """,
        ["zsh"] = """
            #compdef llmeff
            _llmeff() {
                local -a words_found
                words_found=("${(@f)$(llmeff "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
                compadd -- ${words_found[@]} || _files
            }
            compdef _llmeff llmeff
            """,
        ["fish"] = """
            complete -c llmeff -a '(llmeff "[suggest:"(commandline -C)"]" (commandline -b) 2>/dev/null)'
            """,
        ["pwsh"] = """
            Register-ArgumentCompleter -Native -CommandName llmeff -ScriptBlock {
                param($word, $line, $position)
                llmeff "[suggest:$position]" "$line" |
                    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
            }
            """,
    };

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh, fish or pwsh" };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        var command = new DocumentedCommand("completion", "Print the script that completes llmeff in a shell.")
        {
            Examples = ["llmeff completion bash > ~/.local/share/bash-completion/completions/llmeff"],
        };
        command.Add(shell);
        command.SetAction(
            parsed => parsed.InvocationConfiguration.Output.WriteLine(Scripts[parsed.GetRequiredValue(shell)]));
        return command;
    }
}
