using System.ComponentModel;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Training;

/// <summary>All that decides about a training run.</summary>
public sealed record RunSettings
{
    /// <summary>The kind of run that these settings are for.</summary>
    public const string TrainKind = "train";

    /// <summary>Gets the kind of run.</summary>
    [Description("What the file is for: train")]
    public string Kind { get; init; } = TrainKind;

    /// <summary>Gets what the run is for, in a sentence.</summary>
    [Description("What the run is for, in a sentence")]
    public string? Description { get; init; }

    /// <summary>Gets the model.</summary>
    [Description("Which model is trained")]
    public ModelSettings Model { get; init; } = new();

    /// <summary>Gets the data.</summary>
    [Description("What it is trained on")]
    public DataSettings Data { get; init; } = new();

    /// <summary>Gets how it is trained.</summary>
    [Description("How it is trained")]
    public OptimizationSettings Training { get; init; } = new();

    /// <summary>Gets the model that it learns from besides; null for none.</summary>
    [Description("A model that it learns from besides the data: teacher, weight, temperature; null for none")]
    public DistillationSettings? Distillation { get; init; }

    /// <summary>Gets the draft head that is trained in place of the model; null trains the model.</summary>
    [Description("A draft head (EAGLE) that is trained in place of the model, which stays as it is: regression_weight, classification_weight, noise; null trains the model")]
    public DraftHeadSettings? Head { get; init; }

    /// <summary>Gets how it is watched.</summary>
    [Description("How it is watched")]
    public EvaluationSettings Evaluation { get; init; } = new();

    /// <summary>Gets when it is saved.</summary>
    [Description("When it is saved")]
    public CheckpointSettings Checkpoints { get; init; } = new();

    /// <summary>Gets what it writes down.</summary>
    [Description("What it writes down")]
    public LoggingSettings Logging { get; init; } = new();

    /// <summary>Refuses settings that cannot work.</summary>
    /// <exception cref="LlmEfficiencyException">A property has an impossible value.</exception>
    public void Validate()
    {
        if (Kind != TrainKind)
        {
            throw new LlmEfficiencyException(ErrorKind.Configuration, $"kind is '{Kind}': this command takes settings of kind '{TrainKind}'");
        }

        Model.Validate();
        Data.Validate();
        Training.Validate();
        Distillation?.Validate();
        Head?.Validate(this);
        Evaluation.Validate();
        Checkpoints.Validate();
        Logging.Validate();
    }
}
