using LlmEfficiency.Core.Data;

namespace LlmEfficiency.Core.Training;

/// <summary>Makes the next batch beside the step that computes on this one; a batch is a function of its first sample.</summary>
/// <param name="source">Where the batches come from.</param>
internal sealed class BatchPrefetch(BatchSource source)
{
    private Task<PackedBatch>? _next;

    /// <summary>Returns the batch that begins with a sample.</summary>
    public PackedBatch Take(long firstSample)
    {
        var batch = _next?.GetAwaiter().GetResult();
        if (batch?.FirstSample != firstSample)
        {
            batch = source.Read(firstSample);
        }

        var following = batch.NextSample;
        _next = Task.Run(() => source.Read(following));
        return batch;
    }
}
