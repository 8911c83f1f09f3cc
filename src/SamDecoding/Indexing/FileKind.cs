using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.SamDecoding.Indexing;

/// <summary>A kind of file of token ids: what it begins with, and its words in refusals.</summary>
/// <param name="Magic">The first eight bytes, in ASCII.</param>
/// <param name="Version">The version that is written and read.</param>
/// <param name="Name">What such a file is called.</param>
/// <param name="ShortName">The same in a sentence about one.</param>
/// <param name="Remedy">What to do with a damaged one.</param>
/// <param name="Replacement">What to do with another file, or one of another tokenizer.</param>
internal sealed record FileKind(string Magic, int Version, string Name, string ShortName, string Remedy, string Replacement)
{
    /// <summary>Returns the refusal of a file.</summary>
    public static LlmEfficiencyException Refusal(string file, string problem) => new(ErrorKind.Input, $"{file}: {problem}");

    /// <summary>Refuses a file for a value that cannot be.</summary>
    /// <exception cref="LlmEfficiencyException">The value is not valid.</exception>
    public void Require(string file, string field, long value, bool isValid)
    {
        if (!isValid)
        {
            throw Refusal(file, $"{field} is {value}, which cannot be: the {ShortName} is damaged; {Remedy}");
        }
    }

    /// <summary>Refuses a file for a checksum.</summary>
    /// <exception cref="MalformedFileException">The checksums differ.</exception>
    public void RequireChecksum(string file, string what, long offset, uint found, uint expected)
    {
        if (found != expected)
        {
            throw new MalformedFileException(
                file, offset, $"the checksum of {what} is {found:x8}, not {expected:x8}: the {ShortName} is damaged; {Remedy}");
        }
    }
}
