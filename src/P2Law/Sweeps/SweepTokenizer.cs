using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Core.Tokenization.HuggingFace;

namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>The tokenizer of a sweep that names none: a token for each byte, and one that ends a text.</summary>
internal static class SweepTokenizer
{
    /// <summary>Writes its folder, unless it is there.</summary>
    /// <returns>The folder.</returns>
    public static string Make(string folder)
    {
        if (!Directory.Exists(folder))
        {
            WholeFolder.Write(folder, part => TokenizerJsonWriter.Write(part, ByteTokenizer.Create("<|end|>")));
        }

        return folder;
    }
}
