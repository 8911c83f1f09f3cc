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

        if (File.Exists(name) && OwnFiles.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase))
        {
            return TokenizerLoader.Load(name);
        }

        var location = ModelLocation.Find(name);
        if (location.Form == ModelForm.Folder)
        {
            return TokenizerLoader.Load(location.Path); // a folder may hold a tokenizer and no model
        }

        using var model = StoredModel.Open(location);
        return model.ReadTokenizer();
    }
}
