using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Core.Tokenization.Training;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Loading;

/// <summary>Models with the sizes of a preset and random weights: their speed is real, their text is noise.</summary>
public static class RandomModel
{
    /// <summary>The preset that runs where no model is named.</summary>
    public const string DefaultPreset = "tiny";

    private const string EndOfText = "<|endoftext|>";

    /// <summary>
    /// Gets the tokenizer of all of them: bytes and one special token, whatever the size of the embedding.
    /// </summary>
    public static TrainedBpe Vocabulary { get; } = ByteTokenizer.Vocabulary(EndOfText);

    /// <summary>Returns a preset's sizes with the special tokens of <see cref="Vocabulary"/>.</summary>
    /// <param name="preset">A key of <see cref="ModelPresets.All"/>.</param>
    /// <exception cref="Errors.LlmEfficiencyException">The preset is unknown.</exception>
    public static TransformerConfig Config(string preset) =>
        ModelPresets.All.TryGetValue(preset, out var config)
            ? config with { BeginOfSequence = null, EndOfSequence = [Vocabulary.Size - 1] }
            : throw new Errors.LlmEfficiencyException(
                Errors.ErrorKind.Usage, $"preset '{preset}' is unknown: use {string.Join(", ", ModelPresets.All.Keys)}");

    /// <summary>Makes the model.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="seed">The source of the weights.</param>
    /// <param name="device">Where the weights lie.</param>
    /// <param name="type">Their element type.</param>
    public static Transformer Create(TransformerConfig config, ulong seed, ComputeDevice device, ScalarType type)
    {
        NativeLibraries.Require();
        var model = new Transformer(config, device, type);
        using var generator = new Generator(seed, device.Torch);
        model.Initialise(generator);
        return model;
    }
}
