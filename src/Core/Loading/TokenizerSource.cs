using System.IO.Enumeration;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Core.Loading;

/// <summary>Finds a tokenizer wherever one may lie.</summary>
public static class TokenizerSource
{
    private static readonly string[] OwnFiles = [".json", ".model", ".tiktoken"];

    /// <summary>Reads a tokenizer.</summary>
    /// <param name="name">
    /// A model, a folder with a tokenizer, or a tokenizer's file; null is the random model's.
    /// </param>
    /// <exception cref="Errors.LlmEfficiencyException">There is none, or it is malformed.</exception>
    public static ITokenizer Read(string? name)
    {
        if (name is null)
        {
            return RandomModel.Vocabulary.ToTokenizer();
        }

        // A folder may hold a tokenizer and no model.
        if (Directory.Exists(name) ? !Directory.EnumerateFiles(name, "*.gguf").Any() : File.Exists(name) && IsTokenizer(name))
        {
            return TokenizerLoader.Load(name);
        }

        var location = ModelLocation.Find(name);
        if (location.Form == ModelForm.Folder)
        {
            return TokenizerLoader.Load(location.Path); // weights are not looked at
        }

        using var model = StoredModel.Open(location);
        return model.ReadTokenizer();
    }

    private static bool IsTokenizer(string file) =>
        OwnFiles.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase)
        || FileSystemName.MatchesSimpleExpression(Llama2cModel.TokenizerPattern, Path.GetFileName(file));
}
