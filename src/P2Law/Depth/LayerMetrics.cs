using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Scoring;

namespace LlmEfficiency.P2Law.Depth;

/// <summary>All metrics of layers.</summary>
public static class LayerMetrics
{
    /// <summary>The metric that takes the layers it is told.</summary>
    public const string Manual = "manual";

    /// <summary>Gets the metrics; a new one has a row here.</summary>
    public static IReadOnlyList<LayerMetricEntry> All { get; } =
    [
        new("block-influence", "the layers that turn the hidden states least, wherever they are", _ => new BlockInfluence()),
        new("cosine-block", "the neighbouring layers behind which the hidden states are most like those before", _ =>
            new ContiguousBlock(cosines => HiddenSimilarity.BlockInfluence(cosines))),
        new("angular-block", "the same by the angle at each sequence's last token", _ =>
            new ContiguousBlock(cosines => HiddenSimilarity.LastTokenAngle(cosines))),
        new("perplexity", "the layers that are missed least, each measured without it alone", _ => new RemovalLoss(isGreedy: false)),
        new("perplexity-greedy", "the same, measured anew after each", _ => new RemovalLoss(isGreedy: true)),
        new(Manual, "the layers of drop", settings => new ManualChoice(settings.Drop)),
    ];

    /// <summary>Finds a metric.</summary>
    /// <exception cref="LlmEfficiencyException">There is none of that name.</exception>
    public static LayerMetricEntry Find(string name) => All.FirstOrDefault(entry => entry.Name == name)
        ?? throw new LlmEfficiencyException(
            ErrorKind.Configuration, $"depth.metric is {name}: choose of {string.Join(", ", All.Select(entry => entry.Name))}");
}
