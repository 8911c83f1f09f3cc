using System.Buffers.Binary;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.Core.Safetensors;

/// <summary>
/// What a file says of its tensors; the tensors fill the rest of the file, without a hole and without an overlap.
/// </summary>
/// <param name="Metadata">Free text by key.</param>
/// <param name="Tensors">The tensors in the order of their bytes.</param>
/// <param name="DataStart">Where the first tensor begins in the file.</param>
internal sealed record SafetensorsHeader(
    IReadOnlyDictionary<string, string> Metadata, IReadOnlyList<StoredTensor> Tensors, long DataStart)
{
    public const int LengthBytes = 8;
    public const int MaxBytes = 100_000_000;

    /// <summary>Reads and checks the header of a file.</summary>
    public static SafetensorsHeader Read(MappedFile file)
    {
        var length = BinaryPrimitives.ReadUInt64LittleEndian(file.Slice(0, LengthBytes));
        if (length > MaxBytes)
        {
            throw new MalformedFileException(
                file.Name, 0, $"a header of {length} bytes is announced, at most {MaxBytes} are allowed");
        }

        var text = file.Slice(LengthBytes, (int)length);
        if (text.IsEmpty || text[0] != '{')
        {
            throw new MalformedFileException(
                file.Name, LengthBytes, "the header must begin with '{': this is not a safetensors file");
        }

        var (metadata, tensors) = new HeaderReader(file.Name, text, LengthBytes).Read();
        tensors.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        var header = new SafetensorsHeader(metadata, tensors, LengthBytes + (long)length);
        header.CheckRanges(file);
        return header;
    }

    private void CheckRanges(MappedFile file)
    {
        var end = 0L;
        foreach (var tensor in Tensors)
        {
            if (tensor.Begin != end)
            {
                var fault = tensor.Begin < end ? "overlaps the tensor before it" : "leaves a hole before it";
                throw new MalformedFileException(
                    file.Name, tensor.Offset,
                    $"tensor '{tensor.Name}' {fault}: it begins at {tensor.Begin}, {end} is due");
            }

            end = tensor.End;
        }

        if (end != file.Length - DataStart)
        {
            throw new MalformedFileException(
                file.Name, DataStart,
                $"the tensors have {end} bytes, the rest of the file has {file.Length - DataStart}");
        }
    }
}
