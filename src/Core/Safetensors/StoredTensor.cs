using static TorchSharp.torch;

namespace LlmEfficiency.Core.Safetensors;

/// <summary>One row of a header.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The dimensions, outermost first.</param>
/// <param name="Begin">Where its bytes begin, counted from the end of the header.</param>
/// <param name="End">Where its bytes end.</param>
/// <param name="Offset">Where the header describes it, counted from the beginning of the file, for messages.</param>
internal sealed record StoredTensor(string Name, ScalarType Type, long[] Shape, long Begin, long End, long Offset)
{
    public long Bytes => End - Begin;
}
