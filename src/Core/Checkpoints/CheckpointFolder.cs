using System.Text.RegularExpressions;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Pickle;
using LlmEfficiency.Core.Safetensors;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Weights;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Checkpoints;

/// <summary>A model in Hugging Face's layout. A folder without <c>config.json</c> is not whole.</summary>
public static partial class CheckpointFolder
{
    private const string Archive = "pytorch_model.bin";

    /// <summary>
    /// Opens the weights of a folder: safetensors, else PyTorch archives; one file, or the shards of an index.
    /// </summary>
    /// <exception cref="LlmEfficiencyException">There are none, or they break their format.</exception>
    public static IWeightSource OpenWeights(string folder)
    {
        string[] names = [ShardWriter.SingleFile, ShardWriter.IndexFile, Archive, $"{Archive}.index.json"];
        var found =
            names.FirstOrDefault(name => File.Exists(Path.Join(folder, name))) ?? throw new LlmEfficiencyException(
            ErrorKind.Input, $"{folder}: holds no weights: none of {string.Join(", ", names)} is there");
        var path = Path.Join(folder, found);
        Func<string, IWeightSource> open = found.StartsWith(Archive, StringComparison.Ordinal)
            ? PickleFile.Open
            : SafetensorsFile.Open;
        return found.EndsWith(".json", StringComparison.Ordinal) ? ShardedWeights.Open(path, open) : open(path);
    }

    /// <summary>Reads the generation defaults of a folder; all are null where it has no such file.</summary>
    /// <exception cref="LlmEfficiencyException">The file is there and cannot be used.</exception>
    public static GenerationDefaults ReadGenerationDefaults(string folder)
    {
        var path = Path.Join(folder, GenerationDefaults.FileName);
        if (!File.Exists(path))
        {
            return new GenerationDefaults();
        }

        using var file = MappedFile.Open(path);
        return GenerationDefaults.Read(file);
    }

    /// <summary>
    /// Writes a model: an old <c>config.json</c> goes first and the new one comes last, so that a folder which has
    /// one is whole.
    /// </summary>
    /// <param name="folder">The folder; it is made if need be, and a model in it is replaced.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="tensors">The tensors by Hugging Face name. Of tied matrices the embedding alone is stored.</param>
    /// <param name="generation">The generation defaults, if any.</param>
    /// <param name="maxShardBytes">The size from which the weights are split, in bytes.</param>
    /// <exception cref="LlmEfficiencyException">The disk is full or the folder cannot be written.</exception>
    public static void Write(
        string folder,
        HuggingFaceConfig config,
        IReadOnlyDictionary<string, Tensor> tensors,
        GenerationDefaults? generation = null,
        long maxShardBytes = ShardWriter.DefaultShardBytes)
    {
        var text = config.ToJson();
        try
        {
            Directory.CreateDirectory(folder);
            File.Delete(Path.Join(folder, HuggingFaceConfig.FileName));
            File.Delete(Path.Join(folder, ShardWriter.IndexFile));
            var stored = config.Transformer.TiesEmbeddings ? Untwinned(tensors) : tensors;
            DeleteStale(folder, ShardWriter.Write(folder, stored, maxShardBytes));
            File.Delete(Path.Join(folder, GenerationDefaults.FileName));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Disk, $"{folder}: cannot be written: {problem.Message}", problem);
        }

        if (generation is not null)
        {
            AtomicFile.WriteText(Path.Join(folder, GenerationDefaults.FileName), generation.ToJson());
        }

        AtomicFile.WriteText(Path.Join(folder, HuggingFaceConfig.FileName), text);
    }

    private static Dictionary<string, Tensor> Untwinned(IReadOnlyDictionary<string, Tensor> tensors)
    {
        var stored = tensors.Where(pair => pair.Key != TransformerShapes.Head).ToDictionary();
        if (tensors.TryGetValue(TransformerShapes.Head, out var head))
        {
            stored.TryAdd(TransformerShapes.Embedding, head);
        }

        return stored;
    }

    private static void DeleteStale(string folder, IReadOnlyList<string> written)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "model*.safetensors"))
        {
            var name = Path.GetFileName(path);
            if (WeightFile().IsMatch(name) && !written.Contains(name))
            {
                File.Delete(path);
            }
        }
    }

    [GeneratedRegex(@"^model(-\d{5}-of-\d{5})?\.safetensors$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WeightFile();
}
