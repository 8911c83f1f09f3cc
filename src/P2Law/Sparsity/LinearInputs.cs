using LlmEfficiency.Core.Models;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Sparsity;

/// <summary>What a criterion wants to know of the inputs of one layer's linear maps.</summary>
/// <param name="criterion">The criterion.</param>
internal sealed class LinearInputs(ISparsityCriterion criterion) : IForwardObserver, IDisposable
{
    private readonly Dictionary<LayerSite, Tensor> _sums = [];

    /// <summary>Returns where a linear map reads.</summary>
    /// <param name="name">The Hugging Face name of its matrix.</param>
    public static LayerSite SiteOf(string name) => name.Split('.')[^2] switch
    {
        "o_proj" => LayerSite.OutputInput,
        "gate_proj" or "up_proj" => LayerSite.FeedForwardInput,
        "down_proj" => LayerSite.DownInput,
        _ => LayerSite.AttentionInput,
    };

    /// <summary>Returns the sum at a place, which stays this object's; null where nothing was seen.</summary>
    public Tensor? At(LayerSite site) => _sums.GetValueOrDefault(site);

    public void ObserveHidden(int layer, Tensor hidden)
    {
    }

    public void ObserveAttention(AttentionTrace trace)
    {
    }

    public void ObserveActivation(int layer, LayerSite site, Tensor activation)
    {
        if (site is LayerSite.AttentionResidual or LayerSite.FeedForwardResidual)
        {
            return;
        }

        using var scope = NewDisposeScope();
        var sum = criterion.Measure(activation.reshape(-1, activation.shape[^1]));
        if (_sums.TryGetValue(site, out var old))
        {
            _ = old.add_(sum);
        }
        else
        {
            _sums[site] = sum.DetachFromDisposeScope();
        }
    }

    public void Dispose()
    {
        foreach (var sum in _sums.Values)
        {
            sum.Dispose();
        }
    }
}
