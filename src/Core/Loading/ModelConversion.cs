using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Safetensors;
using LlmEfficiency.Core.Tokenization.HuggingFace;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Loading;

/// <summary>Writes models as Hugging Face folders.</summary>
public static class ModelConversion
{
    /// <summary>Converts a stored model of any form.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">The new folder; it must be empty or not be there.</param>
    /// <param name="elementType">The element type that is written.</param>
    /// <param name="maxShardBytes">The size from which the weights are split, in bytes.</param>
    /// <param name="progress">Told of each tensor.</param>
    /// <exception cref="LlmEfficiencyException">The model is malformed, or the folder cannot be written.</exception>
    public static void Convert(
        StoredModel model,
        string folder,
        ScalarType elementType,
        long maxShardBytes = ShardWriter.DefaultShardBytes,
        IProgress<LoadProgress>? progress = null)
    {
        RequireEmpty(folder);
        using var loaded = model.Load(new LoadSettings(ComputeDevice.Cpu, elementType), progress);
        var config = new HuggingFaceConfig { Transformer = model.Config, ElementType = elementType };
        WriteWhole(folder, part =>
        {
            model.WriteTokenizer(part);
            CheckpointFolder.Write(part, config, loaded.state_dict(), model.Defaults, maxShardBytes);
        });
    }

    /// <summary>Writes a model with random weights and a byte tokenizer.</summary>
    /// <param name="preset">A key of <see cref="Models.ModelPresets.All"/>.</param>
    /// <param name="folder">The new folder; it must be empty or not be there.</param>
    /// <param name="seed">The source of the weights.</param>
    /// <param name="elementType">The element type that is written.</param>
    /// <exception cref="LlmEfficiencyException">The preset is unknown, or the folder cannot be written.</exception>
    public static void WriteRandom(string preset, string folder, ulong seed, ScalarType elementType)
    {
        var config = RandomModel.Config(preset);
        RequireEmpty(folder);
        using var model = OutOfMemory.Guard(() => RandomModel.Create(config, seed, ComputeDevice.Cpu, elementType), ComputeDevice.Cpu);
        WriteWhole(folder, part =>
        {
            TokenizerJsonWriter.Write(part, RandomModel.Vocabulary.ToTokenizer());
            var description = new HuggingFaceConfig { Transformer = config, ElementType = elementType };
            CheckpointFolder.Write(part, description, model.state_dict(), new GenerationDefaults());
        });
    }

    private static void RequireEmpty(string folder)
    {
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input, $"{folder}: is there already and not empty: name a new folder");
        }
    }

    // Under another name beside it until everything is there: a failure leaves nothing in the way of the next try.
    private static void WriteWhole(string folder, Action<string> write)
    {
        var part = $"{Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))}.{Guid.NewGuid():N}.tmp";
        try
        {
            Directory.CreateDirectory(part);
            write(part);
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder); // empty, or it fails
            }

            Directory.Move(part, folder);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LlmEfficiencyException(ErrorKind.Disk, $"{folder}: cannot be written: {problem.Message}", problem);
        }
        finally
        {
            if (Directory.Exists(part))
            {
                Directory.Delete(part, recursive: true);
            }
        }
    }
}
