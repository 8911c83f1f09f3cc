namespace LlmEfficiency.Core.Pickle;

/// <summary>
/// An uncompressed entry: its name is a key and never a path, its bytes begin at <paramref name="Offset"/>.
/// </summary>
internal sealed record ZipEntry(string Name, long Offset, long Bytes);
