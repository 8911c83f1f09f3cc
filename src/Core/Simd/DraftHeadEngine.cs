using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Models;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Simd;

/// <summary>Makes engines of draft heads.</summary>
public static class DraftHeadEngine
{
    /// <summary>Packs a draft head for a model, whose embedding and output matrix it reads; where that is packed too, it is shared, and so are its threads.</summary>
    /// <param name="head">The head's sizes; width and vocabulary are the model's.</param>
    /// <param name="read">Reads a tensor of the head by its name; the engine keeps none of them.</param>
    /// <param name="target">The model; it is disposed after the head.</param>
    /// <returns>An engine whose rows bring <see cref="DecodeRow.PriorFeatures"/>.</returns>
    /// <exception cref="LlmEfficiencyException">The model's engine shows no features, or memory ran out.</exception>
    public static SimdDecodeEngine Of(DraftHeadConfig head, Func<string, Tensor> read, IDecodeEngine target)
    {
        head.Layer.Validate();
        if (target is SimdDecodeEngine packed)
        {
            var source = new PackingSource(name => SourceRows.Of(read(name)), packed.Settings.Path);
            var shared = new SimdWeights(head, packed.Settings.Weights, source, packed.Weights);
            return new SimdDecodeEngine(head.Layer, shared, packed.Settings, packed.Team);
        }

        using var scope = NewDisposeScope();
        using var embedding = Require(TransformerShapes.Embedding);
        var isHalf = embedding.dtype != ScalarType.Float32;
        var settings = new SimdEngineSettings
        {
            Weights = isHalf ? WeightFormat.Bf16 : WeightFormat.Fp32,
            Cache = isHalf ? CacheFormat.Bf16 : CacheFormat.Fp32,
            Threads = TorchThreads.Current,
        };
        var weights = new SimdWeights(head, settings.Weights, new PackingSource(name => SourceRows.Of(Read(name)), settings.Path), null);
        return new SimdDecodeEngine(head.Layer, weights, settings, null);

        Tensor Read(string name) => name is TransformerShapes.Embedding ? embedding.alias()
            : name is TransformerShapes.Head ? target.ReadWeight(name) ?? embedding.alias() : read(name);

        Tensor Require(string name) => target.ReadWeight(name) ?? throw new LlmEfficiencyException(
            ErrorKind.Configuration, $"the engine '{target.Description}' shows no features, which a draft head reads: take another drafter");
    }
}
