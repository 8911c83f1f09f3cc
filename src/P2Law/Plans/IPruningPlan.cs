using LlmEfficiency.Core.Models;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Plans;

/// <summary>What a pruner is about to do.</summary>
public interface IPruningPlan
{
    /// <summary>Gets the sizes of the result.</summary>
    TransformerConfig Config { get; }

    /// <summary>Makes the weights of the result, one at a time.</summary>
    /// <param name="write">
    /// Takes a tensor by its Hugging Face name, each once, in the stored element type; null where nothing is to be written, which
    /// spares what only serves the writing.
    /// </param>
    /// <returns>What was done.</returns>
    PruningOutcome Apply(Action<string, Tensor>? write);
}
