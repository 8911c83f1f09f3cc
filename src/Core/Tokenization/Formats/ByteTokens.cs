using System.Globalization;

namespace LlmEfficiency.Core.Tokenization.Formats;

/// <summary>The spelling <c>&lt;0x0A&gt;</c> of a token that stands for one byte.</summary>
internal static class ByteTokens
{
    /// <summary>Returns the spelling of a byte.</summary>
    public static string Spell(byte value) => $"<0x{value:X2}>";

    /// <summary>Returns the byte that a spelling names, or -1.</summary>
    public static int Parse(string spelling) =>
        spelling.Length == 6 && spelling.StartsWith("<0x", StringComparison.Ordinal) && spelling[5] == '>'
        && byte.TryParse(
            spelling.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? value
            : -1;

    /// <summary>Returns the ids of the 256 bytes (-1: none), or null if no spelling names a byte.</summary>
    public static int[]? Find(IEnumerable<(int Id, string Spelling)> tokens)
    {
        int[]? ids = null;
        foreach (var (id, spelling) in tokens)
        {
            if (Parse(spelling) is >= 0 and var value)
            {
                ids ??= [.. Enumerable.Repeat(-1, 256)];
                ids[value] = ids[value] < 0 ? id : ids[value];
            }
        }

        return ids;
    }
}
