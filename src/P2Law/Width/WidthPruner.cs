using LlmEfficiency.Core.Models;
using LlmEfficiency.P2Law.Plans;
using LlmEfficiency.P2Law.Scoring;

namespace LlmEfficiency.P2Law.Width;

/// <summary>Makes a model narrower: channels of the residual stream, feed-forward neurons, query heads.</summary>
/// <param name="settings">How much.</param>
/// <param name="rate">The part of all parameters that is to go, where the settings name no size.</param>
/// <remarks>
/// Channels are ranked once for the whole model, since all layers share the residual stream; neurons and heads by layer, and heads
/// within each key/value head, so that every one keeps as many.
/// </remarks>
public sealed class WidthPruner(WidthSettings settings, double? rate) : IPruner
{
    /// <inheritdoc/>
    public bool NeedsCalibration => true;

    /// <inheritdoc/>
    public IPruningPlan Plan(PruningInput input)
    {
        var config = input.Config;
        var sizes = WidthSizes.Of(config, settings, rate);
        var statistics = WidthStatistics.Of(input);
        var scores = Score(config, sizes, statistics);
        var kept = new KeptUnits
        {
            Layers = [.. Enumerable.Range(0, config.LayerCount)],
            Hidden = scores.Hidden is null ? null : Ranking.Greatest(scores.Hidden, sizes.Hidden),
            FeedForward = scores.FeedForward is null ? null : [.. scores.FeedForward.Select(layer => Ranking.Greatest(layer, sizes.Ffn))],
            Heads = scores.Heads is null ? null : [.. scores.Heads.Select(layer => KeepHeads(layer, config, sizes.Heads))],
        };
        return new StructuredPlan(input.Model.Weights, config, WithGains(kept, config, statistics), scores);
    }

    private static PruningScores Score(TransformerConfig config, WidthSizes sizes, WidthStatistics statistics)
    {
        var layers = Enumerable.Range(0, config.LayerCount).ToArray();
        return new PruningScores
        {
            Hidden = sizes.Hidden == config.HiddenSize ? null : ActivationImportance.OfUnits(
                [.. layers.SelectMany(layer => new[] { statistics[layer, LayerSite.AttentionInput], statistics[layer, LayerSite.FeedForwardInput] })]),
            FeedForward = sizes.Ffn == config.InnerSize ? null
                : [.. layers.Select(layer => ActivationImportance.OfUnits([statistics[layer, LayerSite.DownInput]]))],
            Heads = sizes.Heads == config.HeadCount ? null
                : [.. layers.Select(layer => ActivationImportance.OfHeads(statistics[layer, LayerSite.OutputInput], config.HeadDim))],
        };
    }

    private static int[] KeepHeads(IReadOnlyList<double> scores, TransformerConfig config, int count) => WidthSizes.HasOwnKeys(config)
        ? Ranking.Greatest(scores, count)
        : Ranking.GreatestOfEach(scores, config.KeyValueHeadCount, count / config.KeyValueHeadCount);

    private KeptUnits WithGains(KeptUnits kept, TransformerConfig config, WidthStatistics statistics)
    {
        if (kept.Hidden is not { } channels || settings.Norm == NormScale.Plain)
        {
            return kept;
        }

        var gains = new Dictionary<string, double>();
        for (var layer = 0; layer < config.LayerCount; layer++)
        {
            gains[$"model.layers.{layer}.input_layernorm.weight"] = Gain(statistics[layer, LayerSite.AttentionResidual]);
            gains[$"model.layers.{layer}.post_attention_layernorm.weight"] = Gain(statistics[layer, LayerSite.FeedForwardResidual]);
        }

        gains["model.norm.weight"] = Gain(statistics[config.LayerCount, LayerSite.AttentionResidual]);
        var isExact = settings.Norm == NormScale.Sqrt;
        return kept with { Gains = gains, EpsilonFactor = isExact ? (double)config.HiddenSize / channels.Count : 1 };

        double Gain(double[] shares) => settings.Norm == NormScale.Sqrt
            ? NormGain.OfZeros(channels.Count, config.HiddenSize)
            : NormGain.Calibrated(shares, channels);
    }
}
