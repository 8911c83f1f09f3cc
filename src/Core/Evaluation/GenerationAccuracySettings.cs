using System.Globalization;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Sampling;

namespace LlmEfficiency.Core.Evaluation;

/// <summary>How answers are generated to be judged.</summary>
public sealed record GenerationAccuracySettings
{
    /// <summary>Gets how many tokens an answer has at most.</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>Gets how many answers each question gets; more than one needs a temperature.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>Gets how tokens are drawn; greedy by default.</summary>
    public SamplingSettings Sampling { get; init; } = SamplingSettings.Greedy;

    /// <summary>Gets how many answers are generated together.</summary>
    public int Batch { get; init; } = 8;

    /// <summary>Gets tokens that end an answer beside the tokenizer's own.</summary>
    public IReadOnlyList<int> StopTokens { get; init; } = [];

    /// <summary>Gets texts that end an answer.</summary>
    public IReadOnlyList<string> StopStrings { get; init; } = [];

    /// <summary>Gets the relative difference to a numeric reference that counts as none; 0.01 for references that were rounded.</summary>
    public double RelativeTolerance { get; init; }

    /// <summary>Gets who is told of each answer as it is judged.</summary>
    public Action<JudgedAnswer>? Judged { get; init; }

    /// <summary>Checks every setting.</summary>
    /// <exception cref="LlmEfficiencyException">A setting is outside its range.</exception>
    public void Validate()
    {
        Sampling.Validate();
        Require(MaxTokens >= 1, nameof(MaxTokens), MaxTokens, "1 or more");
        Require(Samples >= 1, nameof(Samples), Samples, "1 or more");
        Require(
            Samples == 1 || !Sampling.IsGreedy,
            nameof(Samples),
            Samples,
            "1 without a temperature, since greedy answers are all one");
        Require(Batch >= 1, nameof(Batch), Batch, "1 or more");
        Require(RelativeTolerance is >= 0 and < 1, nameof(RelativeTolerance), RelativeTolerance, "0 up to less than 1");
    }

    private static void Require(bool isAllowed, string property, IFormattable value, string range)
    {
        if (!isAllowed)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Configuration,
                $"{property} is {value.ToString(null, CultureInfo.InvariantCulture)}: allowed is {range}");
        }
    }
}
