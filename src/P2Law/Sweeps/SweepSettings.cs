using System.ComponentModel;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Training;

namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>All that decides about a sweep: sizes × seeds of bases, and of each base methods × rates of pruning, post-trained.</summary>
public sealed record SweepSettings
{
    /// <summary>The kind of run that these settings are for.</summary>
    public const string SweepKind = "p2-sweep";

    /// <summary>Gets the kind of run.</summary>
    [Description("What the file is for: p2-sweep")]
    public string Kind { get; init; } = SweepKind;

    /// <summary>Gets what the sweep is for, in a sentence.</summary>
    [Description("What the sweep is for, in a sentence")]
    public string? Description { get; init; }

    /// <summary>Gets the folder of the tokenizer of all models; null makes one with a token for each byte.</summary>
    [Description("Folder of the tokenizer of all models; null makes one with a token for each byte and one that ends a text")]
    public string? Tokenizer { get; init; }

    /// <summary>Gets the data of bases, calibration and post-training.</summary>
    [Description("What bases are trained on, models looked at with and post-trained on; its validation documents are what all losses are of")]
    public DataSettings Data { get; init; } = new() { SequenceLength = 128 };

    /// <summary>Gets the sizes.</summary>
    [Description("The sizes of the bases")]
    public IReadOnlyList<SweepSize> Sizes { get; init; } = [];

    /// <summary>Gets the seeds of sizes that name none.</summary>
    [Description("Seeds of weights and order of the data; each is a base of its own, for sizes that name no seeds")]
    public IReadOnlyList<ulong> Seeds { get; init; } = [1];

    /// <summary>Gets the tokens that a base is trained on, for sizes that do not say.</summary>
    [Description("Tokens that a base is trained on, for sizes that do not say")]
    public long BaseTokens { get; init; } = 3_000_000;

    /// <summary>Gets how bases are trained; steps and seed are the sweep's matter.</summary>
    [Description("How bases are trained; steps, warmup_steps, seed and initial_deviation follow from the sizes. Post-training takes over all but the schedule")]
    public OptimizationSettings Training { get; init; } = new() { TokensPerStep = 2048, VirtualShards = 1, LearningRate = 3e-3 };

    /// <summary>Gets how pruned models are trained.</summary>
    [Description("How pruned models are trained")]
    public SweepPostTraining PostTraining { get; init; } = new();

    /// <summary>Gets what is taken from the bases; a control from which nothing is taken is always there.</summary>
    [Description("What is taken from the bases; a control from which nothing is taken is always there")]
    public IReadOnlyList<SweepMethod> Methods { get; init; } = [];

    /// <summary>Gets when training is saved.</summary>
    [Description("When training is saved")]
    public CheckpointSettings Checkpoints { get; init; } = new() { Every = 500, Keep = 1, KeepBest = false };

    /// <summary>Refuses settings that cannot work.</summary>
    /// <exception cref="LlmEfficiencyException">A property has an impossible value; the message names it.</exception>
    public void Validate()
    {
        Require(Kind == SweepKind, "kind", Kind, $"this command takes {SweepKind}");
        Data.Validate();
        Require(Data.Validation.Count > 0 || Data.ValidationFraction > 0, "data.validation", "empty", "losses need documents that are held out");
        Require(Sizes.Count > 0, "sizes", "empty", "name at least one");
        Require(Sizes.Select(size => size.Name).Distinct().Count() == Sizes.Count, "sizes", string.Join(", ", Sizes.Select(s => s.Name)), "each name once");
        Require(Seeds.Count > 0, "seeds", "empty", "name at least one");
        Require(Methods.Select(method => method.Name).Append(SweepMethod.Control).Distinct().Count() == Methods.Count + 1, "methods",
            string.Join(", ", Methods.Select(method => method.Name)), $"each name once, none of them '{SweepMethod.Control}'");
        Require(BaseTokens >= Training.TokensPerStep, "base_tokens", BaseTokens, "at least one step");
        Training.Validate();
        PostTraining.Validate(Training.TokensPerStep);
        Checkpoints.Validate();
        foreach (var size in Sizes)
        {
            size.Validate();
        }

        foreach (var method in Methods)
        {
            method.Validate();
        }

        var names = SweepPlan.Cells(this).Select(cell => cell.Name).ToArray();
        Require(names.Distinct().Count() == names.Length, "methods", string.Join(", ", names), "no two cells of one name");
    }

    private static void Require(bool holds, string key, object value, string remedy)
    {
        if (!holds)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Configuration, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{key} is {value}: {remedy}"));
        }
    }
}
