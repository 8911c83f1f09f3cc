using LlmEfficiency.Core.Caching;

namespace LlmEfficiency.Core.Retention;

/// <summary>A session's cache as <see cref="CacheUse"/> counts it.</summary>
internal interface ICountedCache
{
    /// <summary>Gets the sizes.</summary>
    CacheShape Shape { get; }

    /// <summary>Gets how the cache is kept small; null if it keeps everything.</summary>
    RetentionSettings? Retention { get; }

    /// <summary>Gets the memory taken, filled or not, in bytes: keys, values, and what the policy needs beside them.</summary>
    long AllocatedBytes { get; }

    /// <summary>Gets the memory of the keys and values of one token in all layers, in bytes.</summary>
    long BytesPerToken { get; }

    /// <summary>Returns how many slots a sequence fills in a layer; the same in each head.</summary>
    int Filled(int layer, int sequence);

    /// <summary>Returns how many tokens a sequence has taken in, kept or not.</summary>
    int Seen(int sequence);

    /// <summary>Returns the positions of the tokens that a layer holds of a sequence, <c>[kvHeads][filled]</c>.</summary>
    int[][] Positions(int layer, int sequence);
}
