using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tokenization.Formats;
using LlmEfficiency.Core.Tokenization.HuggingFace;

namespace LlmEfficiency.Core.Tokenization;

/// <summary>Finds and reads the tokenizer of a model.</summary>
public static class TokenizerLoader
{
    private static readonly string[] Patterns = ["tokenizer.json", "tokenizer.model", "*.tiktoken", "tokenizer.bin"];

    /// <summary>Reads a tokenizer; the format of a file is known by its content, not its name.</summary>
    /// <param name="path">
    /// A file, or a folder with <c>tokenizer.json</c>, else <c>tokenizer.model</c> (SentencePiece or tiktoken), else
    /// one
    /// <c>*.tiktoken</c> file, else <c>tokenizer.bin</c> (llama2.c).
    /// </param>
    /// <exception cref="LlmEfficiencyException">Nothing is there, or what is there cannot be used.</exception>
    public static ITokenizer Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var file = Directory.Exists(path) ? FindIn(path) : path;
        var content = TokenizerFile.Read(file);
        var start = content.AsSpan().TrimStart(" \t\r\n"u8);
        return content switch
        {
            _ when start.StartsWith("{"u8) =>
                TokenizerJsonReader.Read(file, content,
                    SequenceRoles.Read(Path.GetDirectoryName(Path.GetFullPath(file))!)),
            [(byte)'\n', ..] => SentencePieceReader.Read(file, content), // the first field of its message
            [_, _, 0, 0, ..] => Llama2cTokenizerReader.Read(file, content), // a small number of four bytes
            _ => TiktokenReader.Read(file, content),
        };
    }

    private static string FindIn(string folder) =>
        Patterns.SelectMany(pattern => Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal))
            .FirstOrDefault()
        ?? throw new LlmEfficiencyException(
            ErrorKind.Input, $"{folder}: no tokenizer: none of {string.Join(", ", Patterns)} is there");
}
