namespace LlmEfficiency.Core.Data;

/// <summary>Packs a finite source once, in its own order: the same parts every time, for evaluation.</summary>
public static class FixedBatches
{
    /// <summary>Returns all documents in shards; each holds as many whole documents as fit.</summary>
    /// <param name="source">The documents.</param>
    /// <param name="tokensPerShard">The most tokens of a shard.</param>
    /// <param name="maxDocuments">The most documents that are read, from the first on.</param>
    /// <exception cref="Errors.LlmEfficiencyException">A document is longer than a shard.</exception>
    public static IEnumerable<PackedShard> Enumerate(
        IDocumentSource source, int tokensPerShard, long maxDocuments = long.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfLessThan(tokensPerShard, 1);
        BatchSource.Check(source.Name, source.MaxLength ?? 0, tokensPerShard);
        return Fill(source, tokensPerShard, Math.Min(source.Count, maxDocuments));
    }

    private static IEnumerable<PackedShard> Fill(IDocumentSource source, int tokensPerShard, long count)
    {
        var filling = new ShardFilling(tokensPerShard);
        for (var index = 0L; index < count; index++)
        {
            var document = source.Read(index);
            if (filling.TryAdd(document, index))
            {
                continue;
            }

            BatchSource.Check(source.Name, document.Tokens.Length, tokensPerShard);
            yield return filling.ToShard();
            filling = new ShardFilling(tokensPerShard);
            filling.TryAdd(document, index);
        }

        if (!filling.IsEmpty)
        {
            yield return filling.ToShard();
        }
    }
}
