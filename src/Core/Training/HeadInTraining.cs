using LlmEfficiency.Core.Backpropagation;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Models;

namespace LlmEfficiency.Core.Training;

/// <summary>The draft head that is trained in place of a model.</summary>
/// <param name="Config">Its sizes.</param>
/// <param name="Target">The model that it drafts for, as it is.</param>
/// <param name="Objective">What it learns.</param>
internal sealed record HeadInTraining(DraftHeadConfig Config, Transformer Target, DraftHeadObjective Objective) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Target.Dispose();

    /// <summary>Writes it in the form in which heads are published.</summary>
    public void Write(string folder, TrainingModel model)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var quiet = TorchSharp.torch.no_grad();
        var embedding = Target.state_dict()[TransformerShapes.Embedding].detach().cpu().to(TorchSharp.torch.ScalarType.Float32);
        DraftHeadFolder.Write(folder, Config, model.Tensors(), embedding);
    }
}
