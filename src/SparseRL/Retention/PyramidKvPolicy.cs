using LlmEfficiency.Core.Retention;
using static TorchSharp.torch;

namespace LlmEfficiency.SparseRL.Retention;

/// <summary>PyramidKV (arXiv 2406.02069): SnapKV with budgets that fall linearly from the first layer to the last.</summary>
/// <param name="settings">Constants; null takes the paper's.</param>
public sealed class PyramidKvPolicy(PyramidKvSettings? settings = null) : IRetentionPolicy
{
    private readonly PyramidKvSettings _settings = settings ?? new();

    /// <inheritdoc/>
    public string Name => "pyramidkv";

    /// <inheritdoc/>
    public int QueryWindow => _settings.Window;

    /// <inheritdoc/>
    public int Recent(int budget) => _settings.Window;

    /// <inheritdoc/>
    public int LayerBudget(int layer, int layers, int budget)
    {
        if (layers == 1)
        {
            return budget;
        }

        // Rounding the running sum, not each budget, keeps the sum over the layers at layers · budget.
        return _settings.Window + (Sum(layer + 1) - Sum(layer));

        int Sum(int count)
        {
            var mean = budget - _settings.Window;
            var least = mean / (double)_settings.Beta;
            var most = (2.0 * mean) - least;
            var fall = (most - least) / (layers - 1);
            return (int)Math.Round((count * most) - (fall * count * (count - 1) / 2), MidpointRounding.ToEven);
        }
    }

    /// <inheritdoc/>
    public void Validate(int budget, int layers) => _settings.Validate();

    /// <inheritdoc/>
    public Tensor Score(RetentionView view) => WindowAttention.Importance(view, _settings.Kernel);
}
