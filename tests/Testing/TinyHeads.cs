using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Models;
using TorchSharp;

namespace LlmEfficiency.Testing;

/// <summary>Draft heads with reproducible random weights, far from small.</summary>
public static class TinyHeads
{
    /// <summary>Makes the tensors of a head; they live in the caller's dispose scope.</summary>
    public static IReadOnlyDictionary<string, torch.Tensor> Tensors(DraftHeadConfig config, ulong seed = 1)
    {
        using var generator = new torch.Generator(seed);
        return DraftHeadShapes.Of(config).ToDictionary(pair => pair.Key, pair => torch.randn([.. pair.Value], generator: generator).mul(0.3));
    }

    /// <summary>Writes a head for a model.</summary>
    public static void Write(string folder, TransformerConfig target, ulong seed = 1)
    {
        using var scope = torch.NewDisposeScope();
        var config = DraftHeadConfig.For(target);
        DraftHeadFolder.Write(folder, config, Tensors(config, seed), torch.zeros(target.VocabularySize, target.HiddenSize));
    }
}
