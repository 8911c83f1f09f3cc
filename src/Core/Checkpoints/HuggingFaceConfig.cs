using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Storage;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Checkpoints;

/// <summary>What a Hugging Face <c>config.json</c> says of a Llama, Mistral or Qwen2 model.</summary>
public sealed record HuggingFaceConfig
{
    /// <summary>The file's name.</summary>
    public const string FileName = "config.json";

    /// <summary>Gets the model's sizes and constants.</summary>
    public required TransformerConfig Transformer { get; init; }

    /// <summary>Gets the element type the weights were saved in; null where the file does not say.</summary>
    public ScalarType? ElementType { get; init; }

    /// <summary>Gets the token that fills up shorter sequences of a batch.</summary>
    public int? PadToken { get; init; }

    /// <summary>Gets whether the linear map of a draft head has a bias; null for a model. It is written alone: tensors tell it too.</summary>
    public bool? FusionBias { get; init; }

    /// <summary>Gets the name of the format in which matrices are stored packed, as kernels read them; null where tensors are Hugging Face's.</summary>
    public string? PackedWeights { get; init; }

    /// <summary>Reads a file by its path.</summary>
    /// <exception cref="LlmEfficiencyException">It is not there, or as in <see cref="Read"/>.</exception>
    public static HuggingFaceConfig Open(string path)
    {
        using var file = MappedFile.Open(path);
        return Read(file);
    }

    /// <summary>Reads a configuration; fields that say nothing of the computation are passed over.</summary>
    /// <exception cref="MalformedFileException">It is no JSON object.</exception>
    /// <exception cref="LlmEfficiencyException">
    /// A field has a value outside what is supported; the message names it.
    /// </exception>
    public static HuggingFaceConfig Read(MappedFile file)
    {
        using var json = StrictJson.Parse(file);
        return ConfigReader.Read(new ConfigFields(file.Name, json.RootElement));
    }

    /// <summary>Returns the text of the file, for transformers 4 and 5 alike.</summary>
    /// <exception cref="LlmEfficiencyException">No Hugging Face family can express the model.</exception>
    public string ToJson() => JsonText.Write(json => ConfigWriter.Write(json, this));
}
