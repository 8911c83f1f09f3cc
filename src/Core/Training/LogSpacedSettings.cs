using System.ComponentModel;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Training;

/// <summary>Numbers of tokens each of which is the one before times the same factor.</summary>
public sealed record LogSpacedSettings
{
    /// <summary>Gets the first number of tokens.</summary>
    [Description("The first number of tokens")]
    public long From { get; init; }

    /// <summary>Gets the last number of tokens.</summary>
    [Description("The last number of tokens")]
    public long To { get; init; }

    /// <summary>Gets how many there are.</summary>
    [Description("How many, the first and the last too")]
    public int Count { get; init; } = 12;

    /// <summary>Refuses settings that cannot work.</summary>
    /// <exception cref="LlmEfficiencyException">A property has an impossible value.</exception>
    public void Validate()
    {
        if (From < 1 || To <= From || Count < 2)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Configuration,
                $"evaluation.log_spaced: from is {From} (1 or more), to is {To} (above from), count is {Count} (2 or more)");
        }
    }

    /// <summary>Returns the numbers, rounded, each once.</summary>
    public IEnumerable<long> Marks() => Enumerable.Range(0, Count)
        .Select(number => (long)Math.Round(From * Math.Pow((double)To / From, (double)number / (Count - 1)))).Distinct();
}
