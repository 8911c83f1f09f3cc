using System.Globalization;

namespace LlmEfficiency.Core.Errors;

/// <summary>A file whose content breaks the rules of its format.</summary>
public sealed class MalformedFileException : LlmEfficiencyException
{
    /// <summary>Creates a failure that points at one place of one file.</summary>
    /// <param name="file">The path or name of the file.</param>
    /// <param name="offset">The position in bytes (characters for text) where the rule is broken.</param>
    /// <param name="problem">What was found there and what the format allows.</param>
    /// <param name="cause">The failure below, if any.</param>
    public MalformedFileException(string file, long offset, string problem, Exception? cause = null)
        : base(ErrorKind.Input, string.Create(CultureInfo.InvariantCulture, $"{file}: at {offset}: {problem}"), cause)
    {
        File = file;
        Offset = offset;
    }

    /// <summary>Gets the path or name of the file.</summary>
    public string File { get; }

    /// <summary>Gets the position in bytes (characters for text) where the rule is broken.</summary>
    public long Offset { get; }
}
