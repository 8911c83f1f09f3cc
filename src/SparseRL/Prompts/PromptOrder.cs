using LlmEfficiency.Core.Data;

namespace LlmEfficiency.SparseRL.Prompts;

/// <summary>
/// The order in which a run draws prompts: each epoch is a shuffle of all of them, and any place of it is computed at once. A run that stores
/// how many it has drawn goes on with the next, none skipped or repeated.
/// </summary>
/// <param name="count">How many prompts there are, at least one.</param>
/// <param name="seed">The key of the run.</param>
public sealed class PromptOrder(long count, ulong seed)
{
    // Apart from the families of training data, which are numbers of sources.
    private const int Family = 0x72_6c;

    /// <summary>Returns the number of the prompt that is drawn at a place.</summary>
    /// <param name="place">How many were drawn before, since the run began.</param>
    public long this[long place] => new KeyedPermutation(count, seed, Family, Epoch(place)).Map(place % count);

    /// <summary>Returns how often all prompts were drawn before a place.</summary>
    public long Epoch(long place)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(place);
        return place / count;
    }
}
