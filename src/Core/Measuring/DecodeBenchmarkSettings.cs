using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Measuring;

/// <summary>What is measured of an engine.</summary>
public sealed record DecodeBenchmarkSettings
{
    /// <summary>Gets how many tokens a sequence has before the measured pass; it is the length of the measured prompt, too.</summary>
    public int Context { get; init; } = 256;

    /// <summary>Gets how many tokens the measured passes run.</summary>
    public IReadOnlyList<int> Rows { get; init; } = [1, 2, 4, 6, 8, 12, 16, 32, 64];

    /// <summary>Gets how long each is repeated, in seconds; <see cref="FewestRepeats"/> times at least.</summary>
    public double SecondsEach { get; init; } = 1;

    /// <summary>Gets how often each is repeated at least, behind two runs that do not count.</summary>
    public int FewestRepeats { get; init; } = 5;

    /// <summary>Refuses numbers that cannot be.</summary>
    /// <param name="longest">The model's context.</param>
    /// <exception cref="LlmEfficiencyException">One is out of range.</exception>
    public void Validate(int longest)
    {
        Require(Context >= 1, $"the context is {Context}: it must be positive");
        Require(Rows.Count > 0 && Rows.All(rows => rows >= 1), "a pass runs one token or more");
        Require(FewestRepeats >= 1, $"{FewestRepeats} repeats are no measurement");
        Require(SecondsEach >= 0, $"the time is {SecondsEach} s: it must not be negative");
        Require(
            Context + Rows.Max() <= longest,
            $"a context of {Context} and {Rows.Max()} more tokens do not fit into the model's {longest}: take less");
    }

    private static void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw new LlmEfficiencyException(ErrorKind.Configuration, problem);
        }
    }
}
