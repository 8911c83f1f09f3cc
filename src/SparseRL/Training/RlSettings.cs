using System.ComponentModel;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Training;
using LlmEfficiency.SparseRL.Objectives;
using LlmEfficiency.SparseRL.Prompts;
using LlmEfficiency.SparseRL.Rewards;
using LlmEfficiency.SparseRL.Rollouts;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>All that decides about a run of reinforcement learning.</summary>
public sealed record RlSettings
{
    /// <summary>The kind of run that these settings are for.</summary>
    public const string RlKind = "rl";

    /// <summary>Gets the kind of run.</summary>
    [Description("What the file is for: rl")]
    public string Kind { get; init; } = RlKind;

    /// <summary>Gets what the run is for, in a sentence.</summary>
    [Description("What the run is for, in a sentence")]
    public string? Description { get; init; }

    /// <summary>Gets the policy to start from; it is the reference model too.</summary>
    [Description("The policy to start from, which is the reference model too")]
    public ModelSettings Model { get; init; } = new();

    /// <summary>Gets what is asked.</summary>
    [Description("What is asked")]
    public PromptSettings Prompts { get; init; } = new();

    /// <summary>Gets how answers are judged.</summary>
    [Description("How answers are judged: the weighted sum of one or more")]
    public IReadOnlyList<RewardSettings> Rewards { get; init; } = [new()];

    /// <summary>Gets how responses are drawn.</summary>
    [Description("How responses are drawn")]
    public RolloutSettings Rollout { get; init; } = new();

    /// <summary>Gets the named objective to begin with; null begins with the paper's equation.</summary>
    [Description("A named objective (llmeff rl objectives); values under objective that are not at their default hold instead of its own")]
    public string? Preset { get; init; }

    /// <summary>Gets what is optimised.</summary>
    [Description("What is optimised")]
    public ObjectiveSettings Objective { get; init; } = new();

    /// <summary>Gets how the policy is trained.</summary>
    [Description("How the policy is trained")]
    public PolicyTrainingSettings Training { get; init; } = new();

    /// <summary>Gets how it is measured.</summary>
    [Description("How it is measured")]
    public RlEvaluationSettings Evaluation { get; init; } = new();

    /// <summary>Gets when it is saved.</summary>
    [Description("When it is saved, in iterations")]
    public CheckpointSettings Checkpoints { get; init; } = new() { Every = 10 };

    /// <summary>Gets what it writes down.</summary>
    [Description("What it writes down")]
    public LoggingSettings Logging { get; init; } = new() { Every = 1 };

    /// <summary>Returns validated settings in which the preset's values stand, but for those of <see cref="Objective"/> that are not at their default.</summary>
    /// <exception cref="LlmEfficiencyException">There is no such preset, or a property has an impossible value.</exception>
    public RlSettings Resolve()
    {
        var resolved = Preset is null ? this : this with { Objective = ObjectiveMerge.Over(ObjectivePresets.Get(Preset), Objective) };
        resolved.Validate();
        return resolved;
    }

    /// <summary>Refuses settings that cannot work.</summary>
    /// <exception cref="LlmEfficiencyException">A property has an impossible value, or two contradict each other.</exception>
    public void Validate()
    {
        if (Kind != RlKind)
        {
            throw new LlmEfficiencyException(ErrorKind.Configuration, $"kind is '{Kind}': this command takes settings of kind '{RlKind}'");
        }

        Model.Validate();
        Prompts.Validate();
        for (var i = 0; i < Rewards.Count; i++)
        {
            Rewards[i].Validate($"rewards[{i}]");
        }

        Rollout.Validate();
        Objective.Validate();
        Training.Validate();
        Evaluation.Validate();
        Checkpoints.Validate();
        Logging.Validate();
        var correction = Objective.RolloutCorrection;
        if (!Rollout.IsExact && (correction.RolloutIs is not null || correction.RolloutRs is not null || correction.RolloutTokenVetoThreshold is not null || correction.BypassMode || Objective.MismatchCoef > 0))
        {
            throw new LlmEfficiencyException(
                ErrorKind.Configuration,
                "rollout.top_p and top_k cut the sampler's distribution, so the ratio to the dense policy is not that of their probabilities: "
                + "set top_p to 1 and top_k to 0, or take preset naive, which corrects nothing");
        }
    }
}
