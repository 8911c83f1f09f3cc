using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Loading;

/// <summary>The files of a Hugging Face folder that make up its tokenizer and chat template.</summary>
public static class TokenizerFolder
{
    private static readonly string[] Patterns =
    [
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "tokenizer.model", "vocab.json",
        "merges.txt", "chat_template.jinja", "chat_template.json", "*.tiktoken",
    ];

    /// <summary>Copies those that are there.</summary>
    /// <param name="from">The folder that has them.</param>
    /// <param name="to">An existing folder that has none of them.</param>
    /// <exception cref="LlmEfficiencyException">The folder cannot be written.</exception>
    public static void Copy(string from, string to)
    {
        try
        {
            foreach (var file in Patterns.SelectMany(pattern => Directory.EnumerateFiles(from, pattern)))
            {
                File.Copy(file, Path.Join(to, Path.GetFileName(file)));
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LlmEfficiencyException(ErrorKind.Disk, $"{to}: the tokenizer cannot be copied: {problem.Message}", problem);
        }
    }
}
