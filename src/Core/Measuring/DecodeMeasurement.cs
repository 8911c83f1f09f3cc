namespace LlmEfficiency.Core.Measuring;

/// <summary>How fast an engine is. Times are medians.</summary>
public sealed record DecodeMeasurement
{
    /// <summary>Gets the engine in a few words.</summary>
    public required string Engine { get; init; }

    /// <summary>Gets how many learned numbers the model has.</summary>
    public required long Parameters { get; init; }

    /// <summary>Gets how many tokens the sequence had.</summary>
    public required int Context { get; init; }

    /// <summary>Gets how many tokens a second one sequence gains without drafts; null if single tokens were not measured.</summary>
    public required double? TokensPerSecond { get; init; }

    /// <summary>Gets what is read for a token: matrices, and the keys and values of the context.</summary>
    public required long BytesPerToken { get; init; }

    /// <summary>Gets how fast the machine reads memory, measured in the same run, in 10⁹ bytes a second.</summary>
    public required double ReadBandwidthGBs { get; init; }

    /// <summary>Gets the share of that speed at which decoding reads; more than 1 where caches help.</summary>
    public required double? ShareOfBandwidth { get; init; }

    /// <summary>Gets how many tokens of a prompt a second are read.</summary>
    public required double PrefillTokensPerSecond { get; init; }

    /// <summary>Gets what passes of several tokens cost.</summary>
    public required IReadOnlyList<PassCost> VerifyCost { get; init; }
}
