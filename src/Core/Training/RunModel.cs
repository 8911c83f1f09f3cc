using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Loading;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Training;

/// <summary>Makes the model of a run.</summary>
internal static class RunModel
{
    /// <summary>Makes the stored model, or a new one from the seed, with zeros that stay and a teacher where the settings want them.</summary>
    /// <exception cref="Errors.LlmEfficiencyException">A stored model cannot be read.</exception>
    public static TrainingModel Make(TrainingInputs inputs, OptimizationSettings settings, ComputeDevice device)
    {
        var type = settings.Precision == "bf16" ? ScalarType.BFloat16 : ScalarType.Float32;
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
}
