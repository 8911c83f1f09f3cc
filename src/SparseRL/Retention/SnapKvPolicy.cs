using LlmEfficiency.Core.Retention;
using static TorchSharp.torch;

namespace LlmEfficiency.SparseRL.Retention;

/// <summary>SnapKV (arXiv 2404.14469), applied while decoding: keeps what the latest queries attend to.</summary>
/// <param name="settings">Constants; null takes Sparse-RL's.</param>
public sealed class SnapKvPolicy(SnapKvSettings? settings = null) : IRetentionPolicy
{
    private readonly SnapKvSettings _settings = settings ?? new();

    /// <inheritdoc/>
    public string Name => "snapkv";

    /// <inheritdoc/>
    public int QueryWindow => _settings.Window;

    /// <inheritdoc/>
    public int Recent(int budget) => _settings.Window;

    /// <inheritdoc/>
    public void Validate(int budget, int layers) => _settings.Validate();

    /// <inheritdoc/>
    public Tensor Score(RetentionView view) => WindowAttention.Importance(view, _settings.Kernel);
}
