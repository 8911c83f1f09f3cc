using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Models;

namespace LlmEfficiency.Benchmarks;

/// <summary>Engines with random weights: on a GPU when one works, else on the processor.</summary>
internal static class RandomEngine
{
    private const int Stride = 7919; // a prime, so that rows of the embedding come from everywhere

    /// <summary>Makes an engine; the caller disposes it.</summary>
    /// <param name="preset">The sizes.</param>
    /// <param name="type">The element type as the command line names it.</param>
    public static IDecodeEngine Create(string preset, string type)
    {
        var device = ComputeDevice.Parse("auto");
        var config = RandomModel.Config(preset);
        return new TorchDecodeEngine(RandomModel.Create(config, seed: 1, device, ElementTypes.Parse(type, device)));
    }

    /// <summary>Returns ids inside a model's vocabulary, without meaning.</summary>
    public static int[] Tokens(int count, TransformerConfig config) =>
        [.. Enumerable.Range(1, count).Select(i => i * Stride % config.VocabularySize)];
}
