using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Models;
using LlmEfficiency.P2Law.Plans;
using LlmEfficiency.P2Law.Scoring;

namespace LlmEfficiency.P2Law.Depth;

/// <summary>Removes whole layers.</summary>
public sealed class DepthPruner : IPruner
{
    private readonly DepthSettings _settings;
    private readonly double? _rate;
    private readonly ILayerMetric _metric;

    /// <summary>Prepares to prune.</summary>
    /// <param name="settings">Which layers go.</param>
    /// <param name="rate">The part of all parameters that is to go, where the settings name no number.</param>
    public DepthPruner(DepthSettings settings, double? rate) =>
        (_settings, _rate, _metric) = (settings, rate, LayerMetrics.Find(settings.Metric).Create(settings));

    /// <inheritdoc/>
    public bool NeedsCalibration => _metric.NeedsCalibration;

    /// <inheritdoc/>
    public IPruningPlan Plan(PruningInput input)
    {
        var choice = _metric.Choose(input, Count(input.Config));
        var kept = new KeptUnits { Layers = Ranking.Complement(choice.Dropped, input.Config.LayerCount) };
        return new StructuredPlan(input.Model.Weights, input.Config, kept, choice.Scores);
    }

    /// <summary>Returns how many layers come nearest to a part of all parameters; of two the fewer.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="rate">The part.</param>
    public static int LayersFor(TransformerConfig config, double rate)
    {
        ArgumentNullException.ThrowIfNull(config);
        var total = (double)ParameterCounts.Of(config).Total;
        var layer = (total - ParameterCounts.Of(config with { LayerCount = config.LayerCount - 1 }).Total) / total;
        return Enumerable.Range(1, Math.Max(1, config.LayerCount - 1)).MinBy(count => Math.Abs((count * layer) - rate));
    }

    private int Count(TransformerConfig config)
    {
        if (_settings.Drop.Count > 0)
        {
            Require(_settings.Drop.Max() < config.LayerCount, $"depth.drop names layer {_settings.Drop.Max()}", config);
            Require(_settings.Drop.Count < config.LayerCount, $"depth.drop names {_settings.Drop.Count} layers", config);
            return _settings.Drop.Count;
        }

        var count = _settings.Layers ?? LayersFor(config, _rate ?? throw new LlmEfficiencyException(
            ErrorKind.Configuration, "neither rate nor depth.layers is there: say how much is to go (--rate or --layers)"));
        Require(count < config.LayerCount, $"depth.layers is {count}", config);
        return count;
    }

    private static void Require(bool holds, string problem, TransformerConfig config)
    {
        if (!holds)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Configuration, $"{problem}: the model has {config.LayerCount}, counted from 0, and at least one stays");
        }
    }
}
