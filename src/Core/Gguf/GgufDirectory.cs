using System.Numerics;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.Core.Gguf;

/// <summary>Everything in front of the tensor bytes: header, metadata and the list of tensors.</summary>
internal sealed record GgufDirectory(GgufMetadata Metadata, IReadOnlyList<GgufTensorInfo> Tensors)
{
    private const uint Magic = 0x46554747; // "GGUF"
    private const int LongestName = 64;
    private const int MostDimensions = 4;

    /// <summary>Reads and checks the whole directory; every tensor it returns lies inside the file.</summary>
    public static GgufDirectory Read(MappedFile file)
    {
        var cursor = new GgufCursor(file);
        CheckVersion(cursor);
        var tensors = cursor.Count("tensors", 24, 1 << 20);
        var pairs = cursor.Count("metadata pairs", 13, 1 << 20);
        var metadata = new GgufMetadata(file.Name, new GgufMetadataReader(cursor).Read(pairs));
        var alignment = Alignment(metadata);
        var infos = new Dictionary<string, RawInfo>(StringComparer.Ordinal);
        for (var i = 0; i < tensors; i++)
        {
            var info = ReadInfo(cursor, alignment);
            if (!infos.TryAdd(info.Name, info))
            {
                throw cursor.Broken(info.At, $"tensor '{info.Name}' is there twice");
            }
        }

        var start = (cursor.Position + alignment - 1) / alignment * alignment;
        return new GgufDirectory(metadata, [.. infos.Values.Select(info => Place(info, start, file))]);
    }

    private static void CheckVersion(GgufCursor cursor)
    {
        if (cursor.UInt32() != Magic)
        {
            throw cursor.Broken(0, "the file does not begin with 'GGUF'");
        }

        var version = cursor.UInt32();
        if (version is not (2 or 3))
        {
            throw cursor.Broken(4, (version & 0xffff) == 0
                ? "the file is big-endian; only little-endian files can be read"
                : $"GGUF version {version} cannot be read, only 2 and 3: convert the model again");
        }
    }

    private static long Alignment(GgufMetadata metadata)
    {
        const string Key = "general.alignment";
        var alignment = metadata.WholeNumber(Key) ?? 32;
        return alignment is >= 8 and <= 1 << 20 && BitOperations.IsPow2(alignment)
            ? alignment
            : throw metadata.Broken(Key, $"{alignment} is not a power of two from 8 to {1 << 20}");
    }

    private static RawInfo ReadInfo(GgufCursor cursor, long alignment)
    {
        var at = cursor.Position;
        var name = cursor.Text("a tensor name", LongestName);
        var dimensions = cursor.UInt32();
        if (dimensions is 0 or > MostDimensions)
        {
            throw cursor.Broken(at, $"tensor '{name}' has {dimensions} dimensions, not 1 to {MostDimensions}");
        }

        var shape = new long[dimensions]; // the file has the innermost first
        var count = (UInt128)1;
        for (var i = (int)dimensions - 1; i >= 0; i--)
        {
            var size = cursor.UInt64();
            count *= size;
            if (size == 0 || count > long.MaxValue)
            {
                throw cursor.Broken(at, $"tensor '{name}' has a dimension of {size}: too small or too large");
            }

            shape[i] = (long)size;
        }

        var type = cursor.UInt32();
        var encoding = GgufEncoding.Find(type) ?? throw cursor.Broken(
            at, $"tensor '{name}' is stored as {GgufEncoding.NameOf(type)}, which cannot be read; "
            + $"use {GgufEncoding.SupportedNames}");
        var offset = cursor.UInt64();
        if (offset > long.MaxValue / 2 || offset % (ulong)alignment != 0)
        {
            throw cursor.Broken(
                at, $"tensor '{name}' lies at {offset}, which is not a multiple of the alignment {alignment}");
        }

        return new RawInfo(at, name, shape, encoding, (long)offset);
    }

    private static GgufTensorInfo Place(RawInfo info, long start, MappedFile file)
    {
        var encoding = info.Encoding;
        if (info.Shape[^1] % encoding.BlockElements != 0)
        {
            throw new MalformedFileException(
                file.Name, info.At, $"tensor '{info.Name}' has rows of {info.Shape[^1]}, but {encoding.Name} stores "
                + $"blocks of {encoding.BlockElements}");
        }

        var count = info.Shape.Aggregate(1L, (product, size) => product * size); // fits, checked above
        var bytes = (UInt128)(count / encoding.BlockElements) * (UInt128)encoding.BlockBytes;
        var left = file.Length - start - info.Offset;
        return left >= 0 && bytes <= (UInt128)left
            ? new GgufTensorInfo(info.Name, info.Shape, encoding, start + info.Offset, (long)bytes)
            : throw new MalformedFileException(
                file.Name, info.At, $"tensor '{info.Name}' needs {bytes} bytes at {start + info.Offset}, "
                + $"beyond the file's {file.Length}");
    }

    private sealed record RawInfo(long At, string Name, long[] Shape, GgufEncoding Encoding, long Offset);
}
