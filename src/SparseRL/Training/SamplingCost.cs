using LlmEfficiency.SparseRL.Rollouts;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>What drawing the responses of an iteration cost.</summary>
internal sealed class SamplingCost
{
    private double _kept;
    private double _seen;

    /// <summary>Gets the largest cache of one batch that was decoded together, in bytes as allocated.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>Gets the most entries that a sequence held in a layer and head.</summary>
    public int PeakEntries { get; private set; }

    /// <summary>Gets the entries that tokens were computed from, as a share of those of a full cache: the paper's saving is what is missing to 1.</summary>
    public double KeptRatio => _seen > 0 ? _kept / _seen : 1;

    /// <summary>Gets the time of drawing and judging.</summary>
    public double Seconds { get; set; }

    /// <summary>Adds batches.</summary>
    public void Add(IEnumerable<RolloutBatch> batches)
    {
        foreach (var batch in batches)
        {
            if (batch.Report.Cache is { } cache)
            {
                PeakBytes = Math.Max(PeakBytes, cache.AllocatedBytes);
                PeakEntries = Math.Max(PeakEntries, cache.PeakTokens);
                _kept += cache.MeanTokens * batch.Report.GeneratedTokens;
                _seen += cache.MeanDenseTokens * batch.Report.GeneratedTokens;
            }
        }
    }
}
