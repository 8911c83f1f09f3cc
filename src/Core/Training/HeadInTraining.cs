using LlmEfficiency.Core.Backpropagation;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Models;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Training;

/// <summary>The draft head that is trained in place of a model.</summary>
/// <param name="Config">Its sizes.</param>
/// <param name="Target">The model that it drafts for, as it is.</param>
/// <param name="Objective">What it learns.</param>
internal sealed record HeadInTraining(DraftHeadConfig Config, Transformer Target, DraftHeadObjective Objective) : IDisposable
{
    /// <summary>Gets the order of its parameters.</summary>
    public ParameterLayout Layout { get; } = new(DraftHeadShapes.Of(Config));

    /// <summary>Fills its parameters with what training starts from.</summary>
    public static void Initialise(IReadOnlyDictionary<string, Tensor> parameters, Generator generator, double deviation) =>
        ParameterStart.Fill(parameters.Select(pair => (pair.Key, pair.Value)), generator, deviation);

    /// <inheritdoc/>
    public void Dispose() => Target.Dispose();

    /// <summary>Writes it in the form in which heads are published.</summary>
    public void Write(string folder, TrainingModel model)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var embedding = Target.state_dict()[TransformerShapes.Embedding].detach().cpu().to(ScalarType.Float32);
        DraftHeadFolder.Write(folder, Config, model.Tensors(), embedding);
    }
}
