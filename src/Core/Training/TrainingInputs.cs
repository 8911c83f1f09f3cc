using System.Security.Cryptography;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Data;
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
    public TeacherSource? Teacher { get; init; }

    /// <summary>Gets whether a draft head is trained for the model, which stays as it is.</summary>
    public bool IsForHead { get; init; }

    /// <summary>The name of the hash of the validation documents.</summary>
    public const string ValidationKey = "validation";

    /// <summary>Opens everything that the settings name.</summary>
    /// <exception cref="Errors.LlmEfficiencyException">Something is not there or does not fit.</exception>
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
            IsForHead = settings.Head is not null,
            Teacher = TeacherSource.Open(settings.Distillation, tokenizer, config.VocabularySize),
        };
    }

    /// <summary>Returns hashes by which a resumed run sees that its inputs are the same.</summary>
    public IReadOnlyDictionary<string, string> Fingerprints()
    {
        var all = new Dictionary<string, string>
        {
            ["data"] = Stream.Fingerprint,
            [ValidationKey] = Hash(Validation),
            ["vocabulary"] = $"{Config.VocabularySize}",
        };
        if (Teacher is not null)
        {
            all["teacher"] = Teacher.Fingerprint();
        }

        if (IsForHead)
        {
            all["target"] = TeacherSource.Fingerprint(Location!);
        }

        return all;
    }

    private static TransformerConfig Sizes(ModelLocation location)
    {
        using var stored = StoredModel.Open(location);
        return stored.Config;
    }

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
