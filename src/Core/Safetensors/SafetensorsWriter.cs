using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using LlmEfficiency.Core.Storage;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Safetensors;

/// <summary>
/// Writes safetensors files, byte for byte as the reference writer does; one tensor at a time is copied to the
/// host.
/// </summary>
public static class SafetensorsWriter
{
    private const int WriteElements = 1 << 24;

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Gets the note that says the tensors are torch's.</summary>
    public static IReadOnlyDictionary<string, string> TorchMetadata { get; } =
        new Dictionary<string, string> { ["format"] = "pt" };

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="path">The final path; an existing file is replaced.</param>
    /// <param name="tensors">The tensors by name, on any device.</param>
    /// <param name="metadata">Free text by key; null stands for <see cref="TorchMetadata"/>.</param>
    /// <exception cref="Errors.LlmEfficiencyException">The disk is full or the folder cannot be written.</exception>
    /// <exception cref="ArgumentException">
    /// A name is reserved, or torch's element type has no name in the format.
    /// </exception>
    public static void Write(
        string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var rows = Order(tensors);
        var header = Header(rows, metadata ?? TorchMetadata);
        AtomicFile.Write(path, file =>
        {
            file.Write(header);
            foreach (var row in rows)
            {
                WriteElementsOf(row.Tensor, file);
            }
        });
    }

    /// <summary>Returns the size of a tensor's elements, in bytes.</summary>
    internal static long BytesOf(Tensor tensor) => tensor.numel() * ElementTypes.SizeOf(tensor.dtype);

    private static (string Name, Tensor Tensor)[] Order(IReadOnlyDictionary<string, Tensor> tensors)
    {
        if (tensors.ContainsKey(HeaderReader.MetadataKey))
        {
            throw new ArgumentException($"no tensor may be named {HeaderReader.MetadataKey}", nameof(tensors));
        }

        var byBytes = Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b));
        return
        [
            .. tensors.OrderBy(pair => ElementTypes.OrderOf(pair.Value.dtype))
                .ThenBy(pair => Encoding.UTF8.GetBytes(pair.Key), byBytes)
                .Select(pair => (pair.Key, pair.Value)),
        ];
    }

    private static byte[] Header((string Name, Tensor Tensor)[] rows, IReadOnlyDictionary<string, string> metadata)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text, Compact))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata);
            var offset = 0L;
            foreach (var (name, tensor) in rows)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", ElementTypes.NameOf(tensor.dtype));
                WriteNumbers(json, "shape", tensor.shape);
                WriteNumbers(json, "data_offsets", [offset, offset += BytesOf(tensor)]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        const int Alignment = 8;
        var padded = (text.WrittenCount + Alignment - 1) / Alignment * Alignment;
        if (padded > SafetensorsHeader.MaxBytes)
        {
            throw new ArgumentException(
                $"the header has {padded} bytes, {SafetensorsHeader.MaxBytes} are allowed", nameof(rows));
        }

        var header = new byte[SafetensorsHeader.LengthBytes + padded];
        header.AsSpan().Fill((byte)' ');
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)padded);
        text.WrittenSpan.CopyTo(header.AsSpan(SafetensorsHeader.LengthBytes));
        return header;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.Count > 0)
        {
            json.WriteStartObject(HeaderReader.MetadataKey);
            foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
        }
    }

    private static void WriteNumbers(Utf8JsonWriter json, string field, ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(field);
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    private static void WriteElementsOf(Tensor tensor, Stream file)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var flat = tensor.cpu().contiguous().view(-1);                 // [elements], one host crossing a tensor
        for (var first = 0L; first < flat.shape[0]; first += WriteElements)
        {
            file.Write(flat.narrow(0, first, Math.Min(WriteElements, flat.shape[0] - first)).bytes);
        }
    }
}
