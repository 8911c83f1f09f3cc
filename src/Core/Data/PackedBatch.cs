namespace LlmEfficiency.Core.Data;

/// <summary>The data of one training step.</summary>
/// <param name="Shards">One part for each virtual shard; none is empty.</param>
/// <param name="FirstSample">The first sample of the stream in the batch.</param>
/// <param name="NextSample">
/// The first sample behind the batch: all that must be remembered to go on with the data.
/// </param>
public sealed record PackedBatch(IReadOnlyList<PackedShard> Shards, long FirstSample, long NextSample);
