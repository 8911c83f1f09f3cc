using System.Security.Cryptography;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Core.Training;

/// <summary>What a run is made of: tokenizer, sizes, documents.</summary>
/// <param name="TokenizerFolder">The folder whose tokenizer and template go with the model.</param>
/// <param name="Location">The model to start from; null for a new one.</param>
/// <param name="Config">The sizes.</param>
/// <param name="Stream">The samples.</param>
/// <param name="Validation">The held-out documents in shards; empty if there are none.</param>
/// <param name="Remarks">What the user should know about the data.</param>
internal sealed record TrainingInputs(
    string TokenizerFolder, ModelLocation? Location, TransformerConfig Config, SampleStream Stream, IReadOnlyList<PackedShard> Validation, IReadOnlyList<string> Remarks)
{
    /// <summary>Gets the model to learn from; null for none.</summary>
    public ModelLocation? Teacher { get; init; }

    /// <summary>The name of the hash of the validation documents.</summary>
    public const string ValidationKey = "validation";

    /// <summary>Opens everything that the settings name.</summary>
    /// <exception cref="LlmEfficiencyException">Something is not there or does not fit.</exception>
    public static TrainingInputs Open(RunSettings settings, Func<SourceSettings, bool, DocumentSeries> tasks)
    {
        var location = settings.Model.From is { } from ? ModelLocation.Find(from) : null;
        var folder = settings.Model.Tokenizer is { } named ? EmbeddedModel.Resolve(named) : location!.Path;
        var tokenizer = TokenizerLoader.Load(folder);
        var config = location is null ? settings.Model.Sizes(tokenizer.Vocabulary, CheckpointFolder.ReadGenerationDefaults(folder)) : Sizes(location);
        var data = Datasets.Open(settings.Data, tokenizer, ChatTemplateFiles.Load(folder, folder), tasks);
        var capacity = settings.Training.TokensPerShard;
        PackedShard[] validation = data.Validation is { } held && settings.Evaluation.IsWanted
            ? [.. FixedBatches.Enumerate(held, capacity, settings.Evaluation.Documents)]
            : [];
        var stream = new SampleStream(data.Training, settings.Data.Seed);
        config.Validate();
        _ = new BatchSource(stream, settings.Training.VirtualShards, capacity); // refuses documents too long for a shard
        return new TrainingInputs(folder, location, config, stream, validation, data.Remarks)
        {
            Teacher = settings.Distillation is { Weight: > 0 } distillation ? OpenTeacher(distillation, tokenizer, config.VocabularySize) : null,
        };
    }

    /// <summary>Returns hashes by which a resumed run sees that its inputs are the same.</summary>
    public IReadOnlyDictionary<string, string> Fingerprints()
    {
        var all = new Dictionary<string, string>
        {
            ["data"] = Stream.Fingerprint,
            [ValidationKey] = Hash(Validation),
            ["vocabulary"] = Config.VocabularySize.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        if (Teacher is not null)
        {
            all["teacher"] = Hash(Teacher);
        }

        return all;
    }

    // Ids must mean the same to both.
    private static ModelLocation OpenTeacher(DistillationSettings settings, ITokenizer tokenizer, int vocabulary)
    {
        var location = ModelLocation.Find(settings.Teacher);
        using var stored = StoredModel.Open(location);
        var own = stored.ReadTokenizer();
        return stored.Config.VocabularySize == vocabulary && VocabularyHash.Of(own).AsSpan().SequenceEqual(VocabularyHash.Of(tokenizer))
            ? location
            : throw new LlmEfficiencyException(
                ErrorKind.Configuration,
                $"distillation.teacher is {settings.Teacher}: its vocabulary ({stored.Config.VocabularySize} tokens) is not that of the model "
                + $"({vocabulary} tokens): take a teacher with the same tokenizer");
    }

    private static TransformerConfig Sizes(ModelLocation location)
    {
        using var stored = StoredModel.Open(location);
        return stored.Config;
    }

    // Weights and sizes: the tokenizer is compared.
    private static string Hash(ModelLocation location)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string[] files = location.Form == ModelForm.Folder
            ? [.. Directory.EnumerateFiles(location.Path).Where(IsPartOfModel).Order(StringComparer.Ordinal)]
            : [location.Path];
        foreach (var path in files)
        {
            using var file = File.OpenRead(path);
            hash.AppendData(SHA256.HashData(file));
        }

        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    private static bool IsPartOfModel(string path) =>
        Path.GetExtension(path) is ".safetensors" or ".bin" || Path.GetFileName(path) == HuggingFaceConfig.FileName;

    private static string Hash(IReadOnlyList<PackedShard> shards)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var shard in shards)
        {
            hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes<int>(shard.Tokens));
            hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes<bool>(shard.Targets));
        }

        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}
