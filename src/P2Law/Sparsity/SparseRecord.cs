using LlmEfficiency.P2Law.Plans;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Sparsity;

/// <summary>Writes down which matrices were pruned.</summary>
internal sealed class SparseRecord : IDisposable
{
    private readonly MaskHash _hash = new();
    private readonly List<SparseMatrix> _matrices = [];

    /// <summary>Takes in a matrix as it is stored.</summary>
    public void Add(string name, Tensor stored, double? loss)
    {
        using var scope = NewDisposeScope();
        _hash.Add(name, stored);
        _matrices.Add(new SparseMatrix(name, stored.numel(), stored.eq(0).sum().item<long>(), loss));
    }

    /// <summary>Returns all that was taken in.</summary>
    public PruningOutcome Finish() => new(new PruningScores(), _hash.Finish()) { Matrices = _matrices };

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
