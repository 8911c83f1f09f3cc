namespace LlmEfficiency.Core.Gguf;

/// <summary>
/// Where one tensor lies: <paramref name="Shape"/> outermost first, <paramref name="Offset"/> from the start of the
/// file.
/// </summary>
internal sealed record GgufTensorInfo(string Name, long[] Shape, GgufEncoding Encoding, long Offset, long Bytes);
