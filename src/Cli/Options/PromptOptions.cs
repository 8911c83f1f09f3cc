using System.CommandLine;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Cli.Options;

/// <summary>Where prompts come from.</summary>
internal sealed class PromptOptions
{
    private readonly Argument<string[]> _prompts = new("prompt")
    {
        Description = "One or more prompts, run together; '-' reads one from standard input",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<FileInfo?> _file = new("--prompts")
    {
        Description = "A text file with one prompt a line",
        HelpName = "FILE",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_prompts);
        command.Add(_file);
    }

    /// <summary>Reads the prompts.</summary>
    /// <exception cref="LlmEfficiencyException">There is none, or the file cannot be read.</exception>
    public IReadOnlyList<string> Read(ParseResult parsed)
    {
        var prompts = (parsed.GetValue(_prompts) ?? []).Select(text => text == "-" ? CommandStreams.Of(parsed).Input.ReadToEnd() : text).ToList();
        if (parsed.GetValue(_file) is { } file)
        {
            try
            {
                prompts.AddRange(File.ReadLines(file.FullName).Where(line => line.Length > 0));
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                throw new LlmEfficiencyException(
                    ErrorKind.Input, $"{file}: cannot be read: {problem.Message}", problem);
            }
        }

        return prompts.Count > 0
            ? prompts
            : throw new LlmEfficiencyException(
                ErrorKind.Usage, "no prompt is given: write it behind the command, or use --prompts FILE");
    }
}
