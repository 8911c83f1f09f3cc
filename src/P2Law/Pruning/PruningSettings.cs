using System.ComponentModel;
using LlmEfficiency.Core.Settings;
using LlmEfficiency.P2Law.Calibration;
using LlmEfficiency.P2Law.Depth;
using LlmEfficiency.P2Law.Sparsity;
using LlmEfficiency.P2Law.Width;

namespace LlmEfficiency.P2Law.Pruning;

/// <summary>What is taken from a model.</summary>
public sealed record PruningSettings
{
    /// <summary>Gets the name of the pruner: <c>depth</c>, <c>width</c> or <c>sparse</c>; see <see cref="Pruners.All"/>.</summary>
    [Description("depth, width or sparse")]
    public string Method { get; init; } = "depth";

    /// <summary>Gets the part of all parameters that is to go (depth, width); the nearest that can be had is taken.</summary>
    [Description("part of all parameters that is to go (depth, width); the nearest that can be had is taken")]
    public double? Rate { get; init; }

    /// <summary>Gets the texts that the model is looked at with.</summary>
    [Description("the texts that the model is looked at with")]
    public CalibrationSettings Calibration { get; init; } = new();

    /// <summary>Gets which layers go (depth).</summary>
    [Description("which layers go (depth)")]
    public DepthSettings Depth { get; init; } = new();

    /// <summary>Gets how much narrower the model becomes (width).</summary>
    [Description("how much narrower the model becomes (width)")]
    public WidthSettings Width { get; init; } = new();

    /// <summary>Gets which weights become zero (sparse).</summary>
    [Description("which weights become zero (sparse)")]
    public SparseSettings Sparse { get; init; } = new();

    /// <summary>Refuses values that cannot work.</summary>
    /// <exception cref="Core.Errors.LlmEfficiencyException">A value cannot work; the message names it.</exception>
    public void Validate()
    {
        _ = Pruners.Find(Method);
        new SettingsRange(string.Empty).Require(Rate is null or (> 0 and < 1), "rate", Rate, "a number above 0 and below 1");
        Calibration.Validate();
        Depth.Validate();
        Width.Validate();
        Sparse.Validate();
    }
}
