using System.Globalization;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Sampling;

/// <summary>How the next token is drawn. The defaults draw from the model's own distribution.</summary>
/// <remarks>
/// The filters work in the order of Hugging Face transformers: bias, repetition penalty, presence and frequency
/// penalties, temperature, top-k, top-p, min-p.
/// </remarks>
public sealed record SamplingSettings
{
    private const double SmallestTemperature = 1e-4;

    /// <summary>Gets the settings that take the most likely token, the lowest id among equals.</summary>
    public static SamplingSettings Greedy { get; } = new() { Temperature = 0 };

    /// <summary>Gets what the logits are divided by: 0 is greedy, else 0.0001 to 100.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Gets how many of the largest logits stay, and all equal to the smallest of them; 0 keeps all.</summary>
    public int TopK { get; init; }

    /// <summary>
    /// Gets the probability that the smallest set of most likely tokens must reach, in (0, 1]; 1 keeps all.
    /// </summary>
    public double TopP { get; init; } = 1;

    /// <summary>Gets the share of the largest probability that a token needs to stay, in [0, 1]; 0 keeps all.</summary>
    public double MinP { get; init; }

    /// <summary>
    /// Gets what divides the positive and multiplies the negative logits of tokens seen in prompt or answer, in (0,
    /// 100]; 1 is off.
    /// </summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Gets what is taken from the logit of each token of the answer, in [-100, 100]; 0 is off.</summary>
    public double PresencePenalty { get; init; }

    /// <summary>
    /// Gets what is taken from a logit for each time its token is in the answer, in [-100, 100]; 0 is off.
    /// </summary>
    public double FrequencyPenalty { get; init; }

    /// <summary>
    /// Gets what is added to the logits of some tokens: a finite number, or minus infinity to forbid a token.
    /// </summary>
    public IReadOnlyDictionary<int, float>? LogitBias { get; init; }

    /// <summary>Gets the key of the random numbers; see <see cref="SequenceRandom"/>.</summary>
    public ulong Seed { get; init; }

    /// <summary>Gets whether the most likely token is taken.</summary>
    public bool IsGreedy => Temperature == 0;

    /// <summary>Checks every setting.</summary>
    /// <exception cref="LlmEfficiencyException">A setting is outside its range; the message names it, its value and the
    /// range.
    /// </exception>
    public void Validate()
    {
        Require(
            Temperature is 0 or (>= SmallestTemperature and <= 100),
            nameof(Temperature), Temperature, "0 or 0.0001 to 100");
        Require(TopK >= 0, nameof(TopK), TopK, "0 (off) or more");
        Require(TopP is > 0 and <= 1, nameof(TopP), TopP, "above 0 and at most 1 (off)");
        Require(MinP is >= 0 and <= 1, nameof(MinP), MinP, "0 (off) to 1");
        Require(
            RepetitionPenalty is > 0 and <= 100,
            nameof(RepetitionPenalty), RepetitionPenalty, "above 0 and at most 100");
        Require(PresencePenalty is >= -100 and <= 100, nameof(PresencePenalty), PresencePenalty, "-100 to 100");
        Require(FrequencyPenalty is >= -100 and <= 100, nameof(FrequencyPenalty), FrequencyPenalty, "-100 to 100");
        foreach (var (id, bias) in LogitBias ?? new Dictionary<int, float>())
        {
            Require(id >= 0, nameof(LogitBias), id, "token ids of 0 or more");
            Require(bias < float.PositiveInfinity, $"{nameof(LogitBias)}[{id}]", bias, "finite numbers or -Infinity");
        }
    }

    private static void Require(bool isAllowed, string property, double value, string range)
    {
        if (!isAllowed)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Configuration,
                string.Create(CultureInfo.InvariantCulture, $"{property} is {value}: allowed is {range}"));
        }
    }
}
