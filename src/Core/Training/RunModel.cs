using LlmEfficiency.Core.Backpropagation;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Models;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Training;

/// <summary>Makes the model of a run.</summary>
internal static class RunModel
{
    /// <summary>Makes the stored model, or a new one from the seed, with zeros that stay and a teacher where the settings want them; or a head for it.</summary>
    /// <exception cref="Errors.LlmEfficiencyException">A stored model cannot be read.</exception>
    public static TrainingModel Make(TrainingInputs inputs, RunSettings run, ComputeDevice device)
    {
        var settings = run.Training;
        var type = settings.Precision == "bf16" ? ScalarType.BFloat16 : ScalarType.Float32;
        if (run.Head is { } head)
        {
            return MakeHead(inputs, head.Objective(settings.Seed), settings, new LoadSettings(device, type));
        }

        var model = new TrainingModel(inputs.Config, device, type);
        if (inputs.Location is null)
        {
            model.Initialise(settings.Seed, settings.InitialDeviation);
        }
        else
        {
            using var stored = StoredModel.Open(inputs.Location);
            model.Load(stored.Weights);
        }

        if (settings.PreserveSparsity)
        {
            model.KeepZeros();
        }

        model.Teacher = inputs.Teacher?.Load(model);
        return model;
    }

    private static TrainingModel MakeHead(TrainingInputs inputs, DraftHeadObjective objective, OptimizationSettings settings, LoadSettings load)
    {
        using var stored = StoredModel.Open(inputs.Location!);
        var target = stored.Load(load);
        foreach (var parameter in target.parameters())
        {
            parameter.requires_grad = false;
        }

        var model = new TrainingModel(new HeadInTraining(DraftHeadConfig.For(inputs.Config), target, objective));
        model.Initialise(settings.Seed, settings.InitialDeviation);
        return model;
    }
}
