using System.CommandLine;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Cli.Options;

/// <summary>What is measured on, and how much of it.</summary>
internal sealed class EvaluationOptions
{
    private readonly Option<string[]> _data = new("--data")
    {
        HelpName = "FILE",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<int?> _limit = new("--limit")
    {
        Description = "How many examples or documents; all of a file and 100 of a task by default",
        HelpName = "N",
    };

    private readonly Option<int> _batch = new("--batch")
    {
        Description = "How many sequences run together",
        DefaultValueFactory = _ => 8,
        HelpName = "N",
    };

    private readonly Option<ulong> _seed = new("--seed")
    {
        Description = "Chooses the examples of a task and the random numbers",
        HelpName = "N",
    };

    private readonly Option<bool> _json = JsonOption.Create();

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="data">What data the command takes.</param>
    /// <param name="isRequired">Whether it does nothing without data.</param>
    public void AddTo(Command command, string data, bool isRequired)
    {
        (_data.Description, _data.Required) = (data, isRequired);
        foreach (var option in new Option[] { _data, _limit, _batch, _seed, _json })
        {
            command.Add(option);
        }
    }

    /// <summary>Checks the options before a model is loaded for them.</summary>
    /// <exception cref="LlmEfficiencyException">A value is outside its range.</exception>
    public void Check(ParseResult parsed)
    {
        Require(Limit(parsed) is null or >= 1, "--limit", Limit(parsed));
        Require(Batch(parsed) >= 1, "--batch", Batch(parsed));
    }

    /// <summary>Returns the files and tasks.</summary>
    public IReadOnlyList<string> Data(ParseResult parsed) => parsed.GetValue(_data) ?? [];

    /// <summary>Returns how many examples are wanted, if it was said.</summary>
    public int? Limit(ParseResult parsed) => parsed.GetValue(_limit);

    /// <summary>Returns how many sequences run together.</summary>
    public int Batch(ParseResult parsed) => parsed.GetValue(_batch);

    /// <summary>Returns the seed.</summary>
    public ulong Seed(ParseResult parsed) => parsed.GetValue(_seed);

    /// <summary>Returns whether a script reads the result.</summary>
    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    private static void Require(bool isAllowed, string option, int? value)
    {
        if (!isAllowed)
        {
            throw new LlmEfficiencyException(ErrorKind.Configuration, $"{option} is {value}: allowed is 1 or more");
        }
    }
}
