namespace LlmEfficiency.Core.Data;

/// <summary>A shard while documents are put into it.</summary>
/// <param name="capacity">The most tokens it takes.</param>
internal sealed class ShardFilling(int capacity)
{
    private readonly List<int> _tokens = [];
    private readonly List<bool> _targets = [];
    private readonly List<int> _lengths = [];
    private readonly List<long> _samples = [];

    /// <summary>Gets whether no document is in it yet.</summary>
    public bool IsEmpty => _lengths.Count == 0;

    /// <summary>Puts a document behind the others, unless the room left is too small.</summary>
    public bool TryAdd(TokenDocument document, long sample)
    {
        if (document.Tokens.Length > capacity - _tokens.Count)
        {
            return false;
        }

        _tokens.AddRange(document.Tokens.Span);
        _targets.AddRange(document.Targets.Span);
        _lengths.Add(document.Tokens.Length);
        _samples.Add(sample);
        return true;
    }

    /// <summary>Returns what is in it.</summary>
    public PackedShard ToShard() => new([.. _tokens], [.. _targets], [.. _lengths], [.. _samples]);
}
