using LlmEfficiency.Core.Models;
using LlmEfficiency.P2Law.Plans;
using LlmEfficiency.P2Law.Scoring;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Width;

/// <summary>How much the units of a model are used, over all calibration sequences.</summary>
internal sealed class WidthStatistics : IForwardObserver
{
    private readonly Dictionary<(int Layer, LayerSite Site), double[]> _sums = [];

    private WidthStatistics()
    {
    }

    /// <summary>Gets the sums at a place: of squares where something is read, of shares where a norm reads.</summary>
    /// <param name="layer">The layer; the number of layers for what the final norm reads.</param>
    /// <param name="site">The place.</param>
    public double[] this[int layer, LayerSite site] => _sums[(layer, site)];

    /// <summary>Looks at a model.</summary>
    public static WidthStatistics Of(PruningInput input)
    {
        var (model, statistics) = (input.Layers(), new WidthStatistics());
        var states = input.Embed();
        try
        {
            for (var index = 0; index < model.Config.LayerCount; index++)
            {
                input.Report("scoring channels", index, model.Config.LayerCount);
                using var layer = model.Layer(index);
                using var before = states;
                states = before.Through(layer, statistics, input.Cancellation);
            }

            foreach (var batch in states.Batches)
            {
                statistics.ObserveActivation(model.Config.LayerCount, LayerSite.AttentionResidual, batch);
            }

            return statistics;
        }
        finally
        {
            states.Dispose();
        }
    }

    public void ObserveHidden(int layer, Tensor hidden)
    {
    }

    public void ObserveAttention(AttentionTrace trace)
    {
    }

    public void ObserveActivation(int layer, LayerSite site, Tensor activation)
    {
        using var scope = NewDisposeScope();
        var sum = site is LayerSite.AttentionResidual or LayerSite.FeedForwardResidual
            ? NormGain.Shares(activation)
            : ActivationImportance.SquareSum(activation);
        var values = sum.cpu().data<double>().ToArray();            // one host crossing a batch and place
        _sums[(layer, site)] = _sums.TryGetValue((layer, site), out var old) ? [.. old.Zip(values, (a, b) => a + b)] : values;
    }
}
