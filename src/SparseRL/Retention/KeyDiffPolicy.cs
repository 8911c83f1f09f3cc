using LlmEfficiency.Core.Retention;
using TorchSharp;
using static TorchSharp.torch;

namespace LlmEfficiency.SparseRL.Retention;

/// <summary>KeyDiff (arXiv 2504.15364): keeps the keys that are least like the mean of all unit keys.</summary>
public sealed class KeyDiffPolicy : IRetentionPolicy
{
    /// <inheritdoc/>
    public string Name => "keydiff";

    /// <inheritdoc/>
    public void Validate(int budget, int layers)
    {
    }

    /// <inheritdoc/>
    public Tensor Score(RetentionView view)
    {
        using var scope = NewDisposeScope();
        using Scalar least = 1e-12;
        var keys = view.Keys.to(ScalarType.Float32);
        var unit = keys.div(keys.norm(-1, true).clamp_min_(least));
        var anchor = unit.mean([2], keepdim: true);
        var direction = anchor.div(anchor.norm(-1, true).clamp_min_(least));        // [rows, kvHeads, 1, headDim]
        return unit.mul(direction).sum(-1).neg_().narrow(2, 0, view.Candidates).MoveToOuterDisposeScope();
    }
}
