using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Tokenization.Formats;

/// <summary>Reads whole files of a size that a tokenizer can have.</summary>
internal static class TokenizerFile
{
    private const long LargestSize = 256L << 20;

    /// <summary>Returns the bytes of a file.</summary>
    /// <exception cref="LlmEfficiencyException">The file cannot be read, or is larger than 256 MiB.</exception>
    public static byte[] Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length is > LargestSize and var size)
            {
                throw new MalformedFileException(path, 0,
                    $"{size} bytes are too many for a tokenizer (at most {LargestSize})");
            }

            return File.ReadAllBytes(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LlmEfficiencyException(ErrorKind.Input, $"{path}: cannot be read: {problem.Message}", problem);
        }
    }
}
