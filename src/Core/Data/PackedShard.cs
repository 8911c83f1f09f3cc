namespace LlmEfficiency.Core.Data;

/// <summary>What one virtual shard computes on: whole documents one after another, without padding.</summary>
/// <param name="Tokens">The ids of all documents.</param>
/// <param name="Targets">Whether each token is predicted with loss from the tokens of its document before it.</param>
/// <param name="Lengths">The number of tokens of each document; they sum to the number of tokens.</param>
/// <param name="Samples">The number of each document in the stream or source it came from.</param>
public sealed record PackedShard(int[] Tokens, bool[] Targets, int[] Lengths, long[] Samples)
{
    /// <summary>Gets how many tokens are predicted with loss.</summary>
    public int TargetCount { get; } = Targets.AsSpan().Count(true);
}
