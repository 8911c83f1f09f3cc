using LlmEfficiency.Core.Speculation;

namespace LlmEfficiency.Core.Generation;

/// <summary>What a pass runs, while its drafts are made.</summary>
/// <param name="Rows">The tokens it runs: the last one of each sequence, and the drafts so far.</param>
/// <param name="Gain">The tokens it is expected to gain: one a sequence, and what the drafts so far foretell.</param>
internal readonly record struct PassPlan(int Rows, double Gain)
{
    /// <summary>Adds a draft.</summary>
    public PassPlan With(DraftTree tree)
    {
        var gain = Gain;
        foreach (var node in tree.Nodes)
        {
            gain += node.Probability;
        }

        return new PassPlan(Rows + tree.Count, gain);
    }
}
