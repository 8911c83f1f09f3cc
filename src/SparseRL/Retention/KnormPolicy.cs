using LlmEfficiency.Core.Retention;
using static TorchSharp.torch;

namespace LlmEfficiency.SparseRL.Retention;

/// <summary>Knorm (arXiv 2406.11430): keeps the shortest keys.</summary>
public sealed class KnormPolicy : IRetentionPolicy
{
    /// <inheritdoc/>
    public string Name => "knorm";

    /// <inheritdoc/>
    public void Validate(int budget, int layers)
    {
    }

    /// <inheritdoc/>
    public Tensor Score(RetentionView view)
    {
        using var scope = NewDisposeScope();
        return view.Keys.narrow(2, 0, view.Candidates).to(ScalarType.Float32).norm(-1).neg_().MoveToOuterDisposeScope();
    }
}
