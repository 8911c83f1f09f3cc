using System.CommandLine;
using System.CommandLine.Parsing;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Cli.Tests;

public sealed class DocumentationTests
{
    private static readonly string Manual = File.ReadAllText(Path.Join(Repository.Root, "docs", "cli.md"));

    private static readonly string[] Starts = ["llmeff ", "dotnet run --project src/Cli -c Release -- "];

    private static readonly HashSet<string> Words = [.. Manual.Split([' ', '\n', '`', ',', ';', ':', '.', '(', ')', '|', '\\', '#'])];

    [Fact]
    public void The_manual_mentions_every_command_and_option()
    {
        var missing = Commands(CommandLine.Create())
            .SelectMany(command => command.Options.Select(option => option.Name).Append(command.Name))
            .Where(name => !Words.Contains(name))
            .Distinct()
            .ToArray();
        Assert.Empty(missing);
    }

    [Fact]
    public void The_manual_mentions_every_exit_code()
    {
        foreach (var kind in Enum.GetValues<ErrorKind>())
        {
            Assert.Contains($"\n| {(int)kind} |", Manual, StringComparison.Ordinal);
        }

        Assert.Contains($"\n| {CommandLine.Fault} |", Manual, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("README.md", 4)]
    [InlineData("docs/cli.md", 12)]
    public void Every_command_line_in_print_is_understood(string file, int least)
    {
        var text = File.ReadAllText(Path.Join(Repository.Root, file));
        var blocks = text.Split("```sh\n")[1..].SelectMany(block => block.Split("```")[0].Split('\n'));
        var lines = blocks
            .SelectMany(line => Starts.Where(start => line.StartsWith(start, StringComparison.Ordinal)).Select(start => line[start.Length..]))
            .ToArray();
        Assert.True(lines.Length >= least, $"{file} shows {lines.Length} command lines");
        Assert.All(lines, AssertParses);
    }

    [Fact]
    public void Every_example_of_the_help_is_understood_and_every_option_is_explained()
    {
        foreach (var command in Commands(CommandLine.Create()))
        {
            Assert.All(command.Options, option => Assert.False(string.IsNullOrEmpty(option.Description), $"{command.Name} {option.Name}"));
            Assert.All(command.Arguments, argument => Assert.False(string.IsNullOrEmpty(argument.Description), $"{command.Name} {argument.Name}"));
            Assert.False(string.IsNullOrEmpty(command.Description), command.Name);
            var examples = (command as Rendering.DocumentedCommand)?.Examples ?? [];
            Assert.All(examples, example => AssertParses(example[(example.IndexOf("llmeff ", StringComparison.Ordinal) + 7)..].Split(" > ")[0]));
        }
    }

    private static void AssertParses(string args) =>
        Assert.Empty(CommandLine.Create().Parse([.. CommandLineParser.SplitCommandLine(args.Replace('\'', '"'))]).Errors.Select(e => $"{args}: {e.Message}"));

    private static IEnumerable<Command> Commands(Command command) => command.Subcommands.SelectMany(Commands).Prepend(command)
        .Where(one => one is not RootCommand);
}
