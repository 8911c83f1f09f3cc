using System.ComponentModel;
using LlmEfficiency.Core.Settings;

namespace LlmEfficiency.P2Law.Depth;

/// <summary>Which layers go.</summary>
public sealed record DepthSettings
{
    /// <summary>Gets the name of what tells which layers matter; see <see cref="LayerMetrics.All"/>.</summary>
    [Description("block-influence, cosine-block, angular-block, perplexity, perplexity-greedy or manual")]
    public string Metric { get; init; } = "block-influence";

    /// <summary>Gets how many layers go; null takes the rate's number.</summary>
    [Description("how many layers go; null: as many as come nearest to the rate")]
    public int? Layers { get; init; }

    /// <summary>Gets the layers that go, counted from 0 (metric <c>manual</c>).</summary>
    [Description("the layers that go, counted from 0 (metric manual)")]
    public IReadOnlyList<int> Drop { get; init; } = [];

    /// <summary>Refuses values that cannot work.</summary>
    /// <exception cref="Core.Errors.LlmEfficiencyException">A value cannot work; the message names it.</exception>
    public void Validate()
    {
        var range = new SettingsRange("depth");
        _ = LayerMetrics.Find(Metric);
        range.Require(Layers is null or >= 1, "layers", Layers, "1 or more");
        range.Require(Drop.All(layer => layer >= 0), "drop", string.Join(',', Drop), "numbers of layers, counted from 0");
        range.Require(Drop.Distinct().Count() == Drop.Count, "drop", string.Join(',', Drop), "each layer once");
        range.Require(Drop.Count > 0 == (Metric == LayerMetrics.Manual), "drop", Drop.Count == 0 ? "empty" : string.Join(',', Drop), $"a list with metric {LayerMetrics.Manual}, and with no other");
    }
}
