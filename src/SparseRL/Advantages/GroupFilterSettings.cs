using System.ComponentModel;
using LlmEfficiency.Core.Settings;

namespace LlmEfficiency.SparseRL.Advantages;

/// <summary>Dynamic sampling; names as in verl's <c>filter_groups</c>.</summary>
public sealed record GroupFilterSettings
{
    /// <summary>Gets whether groups of equal rewards are sampled anew.</summary>
    [Description("Drop groups whose rewards are all equal and sample other prompts (DAPO's dynamic sampling)")]
    public bool Enable { get; init; }

    /// <summary>Gets the most rollout batches of a step.</summary>
    [Description("Most rollout batches sampled for one step; the step then takes what it has")]
    public int MaxNumGenBatches { get; init; } = 10;

    /// <summary>Refuses settings that cannot work.</summary>
    /// <exception cref="Core.Errors.LlmEfficiencyException">A property has an impossible value.</exception>
    public void Validate() =>
        new SettingsRange("objective.filter_groups").Require(MaxNumGenBatches > 0, "max_num_gen_batches", MaxNumGenBatches, "1 or more");
}
