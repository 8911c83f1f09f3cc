using LlmEfficiency.Core.Retention;
using static TorchSharp.torch;

namespace LlmEfficiency.SparseRL.Retention;

/// <summary>
/// H2O (arXiv 2306.14048): keeps the keys that have received most attention since they came, and the latest. The budget is halved
/// between the two.
/// </summary>
public sealed class H2oPolicy : IRetentionPolicy
{
    /// <inheritdoc/>
    public string Name => "h2o";

    /// <inheritdoc/>
    public bool NeedsAttentionMass => true;

    /// <inheritdoc/>
    public int Recent(int budget) => budget / 2;

    /// <inheritdoc/>
    public void Validate(int budget, int layers)
    {
    }

    /// <inheritdoc/>
    public Tensor Score(RetentionView view) => view.Mass!.narrow(2, 0, view.Candidates);
}
