using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Core.Tokenization.HuggingFace;

namespace LlmEfficiency.Cli.Rendering;

/// <summary>Writes the folder of a tokenizer.</summary>
internal static class TokenizerFolder
{
    /// <summary>Writes the tokenizer and, if there are stop tokens, how generation ends.</summary>
    /// <param name="folder">Made if it is not there.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="template">The chat template, if there is one.</param>
    /// <param name="stops">Spellings of special tokens at which generation stops.</param>
    public static void Write(DirectoryInfo folder, ITokenizer tokenizer, string? template, IReadOnlyList<string> stops)
    {
        try
        {
            folder.Create();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LlmEfficiencyException(ErrorKind.Disk, $"{folder}: cannot be made: {problem.Message}", problem);
        }

        TokenizerJsonWriter.Write(folder.FullName, tokenizer, template);
        if (stops.Count > 0)
        {
            var defaults = new GenerationDefaults { EndOfSequence = [.. stops.Select(stop => tokenizer.Vocabulary.Specials[stop])] };
            AtomicFile.WriteText(Path.Join(folder.FullName, GenerationDefaults.FileName), defaults.ToJson());
        }
    }
}
