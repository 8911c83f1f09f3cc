using System.Buffers.Binary;

namespace LlmEfficiency.Core.Devices;

/// <summary>Checks that an ELF file is as long as its own headers say.</summary>
/// <remarks>
/// The system's loader maps a file without this check, and a library that was cut short (a broken download, a full
/// disk) kills the process with a bus error instead of failing to load.
/// </remarks>
internal static class ElfExtent
{
    private const int HeaderSize = 64;
    private const int Loaded = 1;

    /// <summary>Returns what is wrong with the length of a file, or null.</summary>
    /// <param name="path">
    /// A 64-bit little-endian ELF file; any other file gives null, the loader refuses it by itself.
    /// </param>
    public static string? Problem(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
        var header = new byte[HeaderSize];
        if (file.ReadAtLeast(header, HeaderSize, throwOnEndOfStream: false) < HeaderSize
            || !header.AsSpan(0, 6).SequenceEqual("\u007fELF\u0002\u0001"u8))
        {
            return null;
        }

        var start = BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(32));
        var size = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(54));
        var segments = new byte[size * BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(56))];
        file.Position = (long)start;
        var needed = start + (ulong)segments.Length;
        if (file.ReadAtLeast(segments, segments.Length, throwOnEndOfStream: false) == segments.Length)
        {
            needed = Math.Max(needed, End(segments, size));
        }

        return needed > (ulong)file.Length
            ? $"the file is cut short: it has {file.Length} bytes, its headers speak of {needed}"
            : null;
    }

    // The end of the last segment that is mapped from the file.
    private static ulong End(ReadOnlySpan<byte> segments, int size)
    {
        var end = 0UL;
        for (; size >= 56 && segments.Length >= size; segments = segments[size..])
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(segments) == Loaded)
            {
                var offset = BinaryPrimitives.ReadUInt64LittleEndian(segments[8..]);
                end = Math.Max(end, offset + BinaryPrimitives.ReadUInt64LittleEndian(segments[32..]));
            }
        }

        return end;
    }
}
