using System.ComponentModel;
using LlmEfficiency.Core.Settings;

namespace LlmEfficiency.SparseRL.Advantages;

/// <summary>The penalty on nearly cut responses; names as in verl's <c>overlong_buffer</c>.</summary>
public sealed record OverlongSettings
{
    /// <summary>Gets whether there is a penalty.</summary>
    [Description("Penalise responses whose length comes near the limit (DAPO's overlong reward shaping)")]
    public bool Enable { get; init; }

    /// <summary>Gets over how many tokens the penalty grows.</summary>
    [Description("Tokens before the limit over which the penalty grows; null means a fifth of the limit, as in DAPO")]
    public int? Len { get; init; }

    /// <summary>Gets the penalty at the limit.</summary>
    [Description("Penalty at the limit")]
    public double PenaltyFactor { get; init; } = 1;

    /// <summary>Returns what is added to a response's reward.</summary>
    /// <param name="length">Tokens of the response.</param>
    /// <param name="most">Most tokens of a response.</param>
    public double Penalty(int length, int most) =>
        Enable ? OverlongShaping.Penalty(length, most, Math.Min(Len ?? Math.Max(most / 5, 1), most), PenaltyFactor) : 0;

    /// <summary>Refuses settings that cannot work.</summary>
    /// <exception cref="Core.Errors.LlmEfficiencyException">A property has an impossible value.</exception>
    public void Validate()
    {
        var check = new SettingsRange("objective.overlong_buffer");
        check.Require(Len is null or > 0, "len", Len, "1 or more, or null");
        check.Require(double.IsFinite(PenaltyFactor) && PenaltyFactor >= 0, "penalty_factor", PenaltyFactor, "0 or more");
    }
}
