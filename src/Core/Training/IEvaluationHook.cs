using LlmEfficiency.Core.Models;

namespace LlmEfficiency.Core.Training;

/// <summary>Measures a model while it is trained, beside the validation loss.</summary>
public interface IEvaluationHook
{
    /// <summary>Measures the model as it is now. Runs on a thread on which libtorch computes alone, so that bits do not depend on threads.</summary>
    /// <param name="model">The model in fp32, without gradients; valid during the call.</param>
    /// <returns>Numbers by name, which go to the metric log.</returns>
    IReadOnlyList<KeyValuePair<string, double>> Measure(Transformer model);
}
