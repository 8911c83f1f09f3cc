using LlmEfficiency.Core.Speculation;

namespace LlmEfficiency.Core.Generation;

/// <summary>How the passes of a <see cref="DecodeLoop"/> are made.</summary>
internal sealed record DecodeLoopSettings
{
    /// <summary>Gets how many prompt tokens a sequence runs in one pass.</summary>
    public required int PrefillChunk { get; init; }

    /// <summary>Gets the size of the vocabulary.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Gets how many cache slots each sequence has.</summary>
    public required int Capacity { get; init; }

    /// <summary>Gets what drafts; null for plain decoding.</summary>
    public IDrafter? Drafter { get; init; }

    /// <summary>Gets what decides how much of a draft is worth verifying; null verifies all.</summary>
    public VerifyCost? Cost { get; init; }

    /// <summary>Gets the clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Gets how many tokens of a sequence a pass runs at most: the last certain one and its draft.</summary>
    public int MaxRows { get; init; } = 1;

    /// <summary>Returns a number of tokens that a generator is set to.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public static int Positive(int value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
        return value;
    }
}
