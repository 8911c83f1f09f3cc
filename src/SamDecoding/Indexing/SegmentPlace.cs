using System.Runtime.InteropServices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.SamDecoding.Indexing;

/// <summary>Where the two sections of a segment lie in the file; an entry of its table.</summary>
/// <param name="Symbols">The tokens and separators of the text.</param>
/// <param name="TextOffset">Where the text begins, in bytes.</param>
/// <param name="NodesOffset">Where the nodes begin, in bytes.</param>
/// <param name="NodesBytes">The size of the nodes without what fills up their section.</param>
/// <param name="TextChecksum">The CRC-32C of the text's section.</param>
/// <param name="NodesChecksum">The CRC-32C of the nodes' section.</param>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal readonly record struct SegmentPlace(
    long Symbols, long TextOffset, long NodesOffset, long NodesBytes, uint TextChecksum, uint NodesChecksum)
{
    /// <summary>The size of an entry in bytes.</summary>
    public const int Size = 40;

    /// <summary>Gets the size of the nodes' section in bytes.</summary>
    public long NodesSection => IndexFormat.Padded(NodesBytes);

    /// <summary>Returns the size of the text's section in bytes.</summary>
    public long TextSection(int tokenBytes) => IndexFormat.Padded(Symbols * tokenBytes);

    /// <summary>Checks that the sections can be where the entry says.</summary>
    /// <param name="file">The file, for messages.</param>
    /// <param name="number">The number of the segment, for messages.</param>
    /// <param name="end">Where sections end at the latest.</param>
    /// <param name="tokenBytes">The bytes of a token.</param>
    /// <exception cref="LlmEfficiencyException">They cannot.</exception>
    public void Check(string file, int number, long end, int tokenBytes)
    {
        Check(file, $"segment {number}: symbols", Symbols, Symbols is > 0 and < int.MaxValue);
        Check(file, $"segment {number}: nodes_bytes", NodesBytes, NodesBytes >= IndexFormat.NodeBytes && NodesBytes <= end);
        Check(file, $"segment {number}: text_offset", TextOffset, Fits(TextOffset, TextSection(tokenBytes), end));
        Check(file, $"segment {number}: nodes_offset", NodesOffset, Fits(NodesOffset, NodesSection, end));
    }

    /// <summary>Reads both sections and compares their checksums.</summary>
    /// <exception cref="MalformedFileException">One differs.</exception>
    public void Verify(MappedFile file, int tokenBytes)
    {
        Verify(file, "the text", TextOffset, TextSection(tokenBytes), TextChecksum);
        Verify(file, "the nodes", NodesOffset, NodesSection, NodesChecksum);
    }

    private static bool Fits(long offset, long length, long end) =>
        offset >= IndexHeader.Size && offset % IndexFormat.Alignment == 0 && offset <= end - length;

    private static void Check(string file, string field, long value, bool isValid) => IndexHeader.Kind.Require(file, field, value, isValid);

    private static void Verify(MappedFile file, string what, long offset, long length, uint expected) =>
        IndexHeader.Kind.RequireChecksum(file.Name, what, offset, IndexFormat.Checksum(file, offset, length), expected);
}
