using System.ComponentModel;
using LlmEfficiency.Core.Settings;

namespace LlmEfficiency.P2Law.Width;

/// <summary>How much narrower a model becomes.</summary>
public sealed record WidthSettings
{
    /// <summary>Gets what the rate makes narrower, all by the same factor; what has a size of its own below is left out of that.</summary>
    [Description("what the rate makes narrower, by one factor: hidden, ffn, heads; P2 Law's width pruning is hidden alone")]
    public IReadOnlyList<WidthAxis> Axes { get; init; } = [WidthAxis.Hidden];

    /// <summary>Gets the channels of the residual stream that stay; null leaves it to the rate.</summary>
    [Description("channels of the residual stream that stay; null: as the rate says")]
    public int? Hidden { get; init; }

    /// <summary>Gets the feed-forward neurons of a layer that stay; null leaves it to the rate.</summary>
    [Description("feed-forward neurons of a layer that stay; null: as the rate says")]
    public int? Ffn { get; init; }

    /// <summary>Gets the query heads of a layer that stay, as many of each key/value head; null leaves it to the rate.</summary>
    [Description("query heads of a layer that stay, as many of each key/value head; null: as the rate says")]
    public int? Heads { get; init; }

    /// <summary>Gets what widths that the rate chooses are multiples of. Default 4, which leaves 2:4 sparsity possible.</summary>
    [Description("widths that the rate chooses are multiples of this")]
    public int MultipleOf { get; init; } = 4;

    /// <summary>Gets what becomes of the gains of norms. Default calibrated.</summary>
    [Description("what becomes of the gains of norms: plain, sqrt or calibrated")]
    public NormScale Norm { get; init; } = NormScale.Calibrated;

    /// <summary>Refuses values that cannot work.</summary>
    /// <exception cref="Core.Errors.LlmEfficiencyException">A value cannot work; the message names it.</exception>
    public void Validate()
    {
        var range = new SettingsRange("width");
        range.Require(Axes.Distinct().Count() == Axes.Count, "axes", string.Join(',', Axes), "each axis once");
        range.Require(Hidden is null or >= 1, "hidden", Hidden, "1 or more");
        range.Require(Ffn is null or >= 1, "ffn", Ffn, "1 or more");
        range.Require(Heads is null or >= 1, "heads", Heads, "1 or more");
        range.Require(MultipleOf >= 1, "multiple_of", MultipleOf, "1 or more");
    }
}
