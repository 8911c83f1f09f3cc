using System.Security.Cryptography;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Core.Training;

/// <summary>The stored model that a run learns from.</summary>
/// <param name="location">Where it lies.</param>
/// <param name="settings">How much it says.</param>
internal sealed class TeacherSource(ModelLocation location, DistillationSettings settings)
{
    /// <summary>Finds the teacher of a run and compares its vocabulary.</summary>
    /// <param name="settings">Names it; null, or a weight of 0, is none.</param>
    /// <param name="tokenizer">The run's tokenizer.</param>
    /// <param name="vocabulary">The rows of the model's embedding.</param>
    /// <exception cref="LlmEfficiencyException">It is not there, or its ids mean something else.</exception>
    public static TeacherSource? Open(DistillationSettings? settings, ITokenizer tokenizer, int vocabulary)
    {
        if (settings is not { Weight: > 0 })
        {
            return null;
        }

        var location = ModelLocation.Find(settings.Teacher);
        using var stored = StoredModel.Open(location);
        var hash = VocabularyHash.Of(stored.ReadTokenizer());
        return stored.Config.VocabularySize == vocabulary && hash.AsSpan().SequenceEqual(VocabularyHash.Of(tokenizer))
            ? new TeacherSource(location, settings)
            : throw new LlmEfficiencyException(
                ErrorKind.Configuration,
                $"distillation.teacher is {settings.Teacher}: its vocabulary ({stored.Config.VocabularySize} tokens) is not that of the model "
                + $"({vocabulary} tokens): take a teacher with the same tokenizer");
    }

    /// <summary>Loads the teacher.</summary>
    /// <param name="student">Whose passes it goes along with.</param>
    /// <exception cref="LlmEfficiencyException">It cannot be read.</exception>
    public TeacherModel Load(TrainingModel student)
    {
        using var stored = StoredModel.Open(location);
        return new TeacherModel(stored.Config, stored.Weights, student, settings);
    }

    /// <summary>Returns a hash of weights and sizes; the tokenizer is compared anyway.</summary>
    public string Fingerprint() => Fingerprint(location);

    /// <summary>Returns a hash of a model's weights and sizes, by which a resumed run sees that it is the same.</summary>
    public static string Fingerprint(ModelLocation location)
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
}
