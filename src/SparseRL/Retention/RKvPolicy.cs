using LlmEfficiency.Core.Retention;
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
        var importance = WindowAttention.Importance(view, _settings.Kernel).mul_(_settings.Lambda);
        if (_settings.Lambda == 1)
        {
            return importance.MoveToOuterDisposeScope();
        }

        var redundancy = KeyRedundancy.Softmax(view, _settings.Threshold).mul(1 - _settings.Lambda);
        return importance.sub_(redundancy).MoveToOuterDisposeScope();
    }
}
