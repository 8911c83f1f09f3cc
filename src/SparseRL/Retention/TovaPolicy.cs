using LlmEfficiency.Core.Retention;
using static TorchSharp.torch;

namespace LlmEfficiency.SparseRL.Retention;

/// <summary>
/// TOVA (arXiv 2401.06104): keeps what the latest query attends to, as a mean of all heads of a layer, which keep the same. The latest
/// token stays in any case.
/// </summary>
public sealed class TovaPolicy : IRetentionPolicy
{
    /// <inheritdoc/>
    public string Name => "tova";

    /// <inheritdoc/>
    public int QueryWindow => 1;

    /// <inheritdoc/>
    public int Recent(int budget) => 1;

    /// <inheritdoc/>
    public void Validate(int budget, int layers)
    {
    }

    /// <inheritdoc/>
    public Tensor Score(RetentionView view)
    {
        using var scope = NewDisposeScope();
        var attention = nn.functional.softmax(WindowAttention.GroupLogits(view.Queries!, view.Keys), -1); // [rows, kvHeads, group, 1, n]
        return attention.mean([1, 2]).narrow(2, 0, view.Candidates).MoveToOuterDisposeScope();
    }
}
