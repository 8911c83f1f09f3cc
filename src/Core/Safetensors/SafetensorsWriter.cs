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
    /// <summary>What the place of the first tensor's bytes is a multiple of, as in the reference.</summary>
    public const int DefaultAlignment = 8;

    private const int ElementsAtOnce = 1 << 24;

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
        var rows = Order(tensors.Select(pair => TensorRow.Of(pair.Key, pair.Value)));
        var header = Header(rows, metadata ?? TorchMetadata);
        AtomicFile.Write(path, file =>
        {
            file.Write(header);
            foreach (var row in rows)
            {
                WriteElements(tensors[row.Name], file);
            }
        });
    }

    /// <summary>Returns the tensors in the order of their bytes in the file.</summary>
    internal static TensorRow[] Order(IEnumerable<TensorRow> tensors)
    {
        var byBytes = Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b));
        TensorRow[] rows =
        [
            .. tensors.OrderBy(row => ElementTypes.OrderOf(row.Type)).ThenBy(row => Encoding.UTF8.GetBytes(row.Name), byBytes),
        ];
        return rows.All(row => row.Name != HeaderReader.MetadataKey)
            ? rows
            : throw new ArgumentException($"no tensor may be named {HeaderReader.MetadataKey}", nameof(tensors));
    }

    /// <summary>Returns the file's beginning, up to the first tensor's bytes.</summary>
    /// <param name="rows">The tensors in their order.</param>
    /// <param name="metadata">Free text by key.</param>
    /// <param name="alignment">What the place of the first tensor's bytes is a multiple of.</param>
    internal static byte[] Header(TensorRow[] rows, IReadOnlyDictionary<string, string> metadata, int alignment = DefaultAlignment)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text, Compact))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata);
            var offset = 0L;
            foreach (var row in rows)
            {
                json.WriteStartObject(row.Name);
                json.WriteString("dtype", ElementTypes.NameOf(row.Type));
                WriteNumbers(json, "shape", row.Shape);
                WriteNumbers(json, "data_offsets", [offset, offset += row.Bytes]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        var start = SafetensorsHeader.LengthBytes + text.WrittenCount;
        var padded = ((start + alignment - 1) / alignment * alignment) - SafetensorsHeader.LengthBytes;
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

    private static void WriteNumbers(Utf8JsonWriter json, string field, IReadOnlyList<long> numbers)
    {
        json.WriteStartArray(field);
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes a tensor's elements as they lie in memory.</summary>
    internal static void WriteElements(Tensor tensor, Stream file)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var flat = tensor.cpu().contiguous().view(-1);                 // [elements], one host crossing a tensor
        for (var first = 0L; first < flat.shape[0]; first += ElementsAtOnce)
        {
            file.Write(flat.narrow(0, first, Math.Min(ElementsAtOnce, flat.shape[0] - first)).bytes);
        }
    }
}
