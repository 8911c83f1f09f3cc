using System.ComponentModel;
using LlmEfficiency.Core.Settings;
using LlmEfficiency.SparseRL.Prompts;
using LlmEfficiency.SparseRL.Rollouts;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>How the policy is measured while it is trained: always with the full cache, and with each of some compressed ones.</summary>
public sealed record RlEvaluationSettings
{
    /// <summary>Gets after how many iterations it is measured; 0 is never.</summary>
    [Description("Iterations between two evaluations; 0 is never")]
    public long Every { get; init; } = 10;

    /// <summary>Gets how many held-out prompts are answered.</summary>
    [Description("Held-out prompts of an evaluation, at most")]
    public int Prompts { get; init; } = 256;

    /// <summary>Gets where held-out prompts come from; null takes those of the task that is trained on.</summary>
    [Description("Where held-out prompts come from; null takes the held-out side of the task that is trained on")]
    public PromptSettings? HeldOut { get; init; }

    /// <summary>Gets how many answers each prompt gets beside the greedy one.</summary>
    [Description("Sampled answers to each prompt beside the greedy one, for avg@k and pass@k; 0 draws none")]
    public int Samples { get; init; }

    /// <summary>Gets the compressed caches that answers are measured with.</summary>
    [Description("Compressed caches to answer with, beside the full one: a list of { policy, budget, interval }")]
    public IReadOnlyList<CacheSettings> Caches { get; init; } = [];

    /// <summary>Refuses settings that cannot work.</summary>
    /// <exception cref="Core.Errors.LlmEfficiencyException">A property has an impossible value.</exception>
    public void Validate()
    {
        var check = new SettingsRange("evaluation");
        check.Require(Every >= 0, "every", Every, "0 or more");
        check.Require(Prompts > 0, "prompts", Prompts, "1 or more");
        check.Require(Samples >= 0, "samples", Samples, "0 or more");
        HeldOut?.Validate("evaluation.held_out");
        for (var i = 0; i < Caches.Count; i++)
        {
            Caches[i].Validate($"evaluation.caches[{i}]");
        }
    }
}
