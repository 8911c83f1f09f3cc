using System.Security.Cryptography;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Loading;

namespace LlmEfficiency.Core.Training;

/// <summary>A hash by which a resumed run sees that another model it reads is the same.</summary>
internal static class ModelFingerprint
{
    /// <summary>Returns a hash of weights and sizes; the tokenizer is not in it.</summary>
    public static string Of(ModelLocation location)
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
