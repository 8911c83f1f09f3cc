using LlmEfficiency.Core.Retention;
using LlmEfficiency.Core.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace LlmEfficiency.SparseRL.Retention;

/// <summary>R-KV (arXiv 2505.24133): keeps what the latest queries attend to and what does not repeat, λ·I − (1 − λ)·R.</summary>
/// <param name="settings">Constants; null takes Sparse-RL's.</param>
public sealed class RKvPolicy(RKvSettings? settings = null) : IRetentionPolicy
{
    private readonly RKvSettings _settings = settings ?? new();

    /// <inheritdoc/>
    public string Name => "r-kv";

    /// <inheritdoc/>
    public int QueryWindow => _settings.Window;

    /// <inheritdoc/>
    public int Recent(int budget) => _settings.Window;

    /// <inheritdoc/>
    public void Validate(int budget, int layers) => _settings.Validate();

    /// <inheritdoc/>
    public Tensor Score(RetentionView view)
    {
        using var scope = NewDisposeScope();
        using Scalar own = _settings.Lambda, others = _settings.Lambda - 1;
        var importance = WindowAttention.Importance(view, _settings.Kernel).mul_(own);
        if (_settings.Lambda == 1)
        {
            return importance.MoveToOuterDisposeScope();
        }

        var redundancy = KeyRedundancy.Softmax(view, _settings.Threshold).mul(others);
        return importance.add_(redundancy, Scalars.One).MoveToOuterDisposeScope();
    }
}
