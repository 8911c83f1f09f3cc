using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Sampling;

namespace LlmEfficiency.Core.Generation;

/// <summary>What is to be generated. The result never repeats the prompt.</summary>
public sealed record GenerationRequest
{
    /// <summary>Gets the prompt's ids; empty stands for the beginning-of-sequence token, if there is one.</summary>
    public required IReadOnlyList<int> Prompt { get; init; }

    /// <summary>Gets how many tokens are generated at most; fewer where the model's context ends.</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>
    /// Gets tokens that end the sequence, beside the tokenizer's and the model's end-of-sequence tokens.
    /// </summary>
    public IReadOnlyList<int> StopTokens { get; init; } = [];

    /// <summary>Gets texts that end the sequence; the text before the first one is returned.</summary>
    public IReadOnlyList<string> StopStrings { get; init; } = [];

    /// <summary>
    /// Gets whether end-of-sequence tokens are tokens like any other; <see cref="StopTokens"/> still count.
    /// </summary>
    public bool IgnoresEndOfSequence { get; init; }

    /// <summary>Gets how tokens are drawn.</summary>
    public SamplingSettings Sampling { get; init; } = SamplingSettings.Greedy;

    /// <summary>
    /// Gets the sequence's number under the seed: the same seed and number draw the same random numbers.
    /// </summary>
    public ulong Sequence { get; init; }

    /// <summary>
    /// Gets a recorded continuation: its tokens are taken in place of those drawn, and the sequence ends with it; null takes what
    /// is drawn. All passes and draws are made, so that times are real: for measuring a method on the answers of another model.
    /// </summary>
    public IReadOnlyList<int>? Recorded { get; init; }

    /// <summary>
    /// Gets how many alternatives are listed beside each token's log-probability; null leaves both out.
    /// </summary>
    public int? LogProbabilities { get; init; }

    /// <summary>Checks every setting.</summary>
    /// <exception cref="LlmEfficiencyException">A setting is outside its range; the message names it, its value and the
    /// range.
    /// </exception>
    public void Validate()
    {
        Sampling.Validate();
        Require(MaxTokens >= 0, $"{nameof(MaxTokens)} is {MaxTokens}: allowed is 0 or more");
        Require(
            LogProbabilities is null or (>= 0 and <= 1000),
            $"{nameof(LogProbabilities)} is {LogProbabilities}: allowed is 0 to 1000");
        Require(
            Recorded is null || LogProbabilities is null,
            $"{nameof(LogProbabilities)} are of drawn tokens, and {nameof(Recorded)} ones replace them: leave one out");
        Require(
            StopStrings.All(text => text.Length > 0),
            $"{nameof(StopStrings)} holds an empty text, which would stop at once");
    }

    private static void Require(bool isAllowed, string message)
    {
        if (!isAllowed)
        {
            throw new LlmEfficiencyException(ErrorKind.Configuration, message);
        }
    }
}
