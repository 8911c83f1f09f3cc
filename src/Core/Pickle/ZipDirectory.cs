using System.Buffers.Binary;
using System.Text;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.Core.Pickle;

/// <summary>Reads the directory of a ZIP archive whose entries are all stored uncompressed.</summary>
internal sealed class ZipDirectory
{
    private const uint EndMagic = 0x06054b50;
    private const uint End64Magic = 0x06064b50;
    private const uint Locator64Magic = 0x07064b50;
    private const uint EntryMagic = 0x02014b50;
    private const uint LocalMagic = 0x04034b50;
    private const int EndBytes = 22;
    private const int LongestComment = 65535;

    private readonly MappedFile _file;

    private ZipDirectory(MappedFile file) => _file = file;

    /// <summary>Returns the entries by name; all lie inside the file.</summary>
    public static Dictionary<string, ZipEntry> Read(MappedFile file) => new ZipDirectory(file).Read();

    private Dictionary<string, ZipEntry> Read()
    {
        var (at, count) = FindEntries();
        var entries = new Dictionary<string, ZipEntry>(StringComparer.Ordinal);
        for (var i = 0L; i < count; i++)
        {
            var (entry, next) = ReadEntry(at);
            if (!entries.TryAdd(entry.Name, entry))
            {
                throw Broken(at, $"ZIP entry '{entry.Name}' is there twice");
            }

            at = next;
        }

        return entries;
    }

    // The directory is announced at the end of the file, before a comment of unknown length.
    private (long At, long Count) FindEntries()
    {
        var first = Math.Max(0, _file.Length - EndBytes - LongestComment);
        var tail = _file.Slice(first, (int)(_file.Length - first));
        Span<byte> magic = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(magic, EndMagic);
        var found = tail.LastIndexOf(magic);
        if (found < 0)
        {
            throw Broken(_file.Length, "the ZIP directory is missing: the file is cut short or no PyTorch archive");
        }

        var end = first + found;
        var (count, at) = ((long)UInt16(end + 10), (long)UInt32(end + 16));
        if (end >= 20 && UInt32(end - 20) == Locator64Magic)
        {
            var end64 = Int64(end - 12);
            if (UInt32(end64) != End64Magic)
            {
                throw Broken(end64, "the ZIP64 end record is not where it should be");
            }

            (count, at) = (Int64(end64 + 32), Int64(end64 + 48));
        }

        return count >= 0 && count <= _file.Length / 46
            ? (at, count)
            : throw Broken(end, $"{count} ZIP entries cannot be here");
    }

    private (ZipEntry Entry, long Next) ReadEntry(long at)
    {
        if (UInt32(at) != EntryMagic)
        {
            throw Broken(at, "a ZIP directory entry is not where it should be");
        }

        var (flags, method) = (UInt16(at + 8), UInt16(at + 10));
        var (packed, size, local) = ((long)UInt32(at + 20), (long)UInt32(at + 24), (long)UInt32(at + 42));
        var (nameBytes, extraBytes, commentBytes) = (UInt16(at + 28), UInt16(at + 30), UInt16(at + 32));
        var name = Encoding.UTF8.GetString(_file.Slice(at + 46, nameBytes));
        ReadExtra64(at + 46 + nameBytes, extraBytes, ref size, ref packed, ref local);
        if (method != 0 || packed != size || (flags & 1) != 0)
        {
            throw Broken(at, $"ZIP entry '{name}' is compressed or encrypted; PyTorch stores entries as they are");
        }

        if (local < 0 || UInt32(local) != LocalMagic)
        {
            throw Broken(at, $"ZIP entry '{name}' points at {local}, where no entry begins");
        }

        var start = local + 30 + UInt16(local + 26) + UInt16(local + 28);
        _file.AddressOf(start, size); // refuses what reaches outside the file
        return (new ZipEntry(name, start, size), at + 46 + nameBytes + extraBytes + commentBytes);
    }

    // Numbers that do not fit 32 bits are all ones and follow, in this order, in extra field 1.
    private void ReadExtra64(long at, int length, ref long size, ref long packed, ref long local)
    {
        var end = at + length;
        while (at + 4 <= end)
        {
            var (tag, bytes) = (UInt16(at), UInt16(at + 2));
            at += 4;
            if (tag == 1)
            {
                var fieldEnd = Math.Min(end, at + bytes);
                size = Wide(size, ref at, fieldEnd);
                packed = Wide(packed, ref at, fieldEnd);
                local = Wide(local, ref at, fieldEnd);
                return;
            }

            at += bytes;
        }
    }

    private long Wide(long value, ref long at, long end)
    {
        if (value != uint.MaxValue)
        {
            return value;
        }

        if (at + 8 > end)
        {
            throw Broken(at, "a ZIP64 field is cut short");
        }

        at += 8;
        return Int64(at - 8);
    }

    private MalformedFileException Broken(long at, string problem) => new(_file.Name, at, problem);

    private ushort UInt16(long at) => BinaryPrimitives.ReadUInt16LittleEndian(_file.Slice(at, 2));

    private uint UInt32(long at) => BinaryPrimitives.ReadUInt32LittleEndian(_file.Slice(at, 4));

    private long Int64(long at) => BinaryPrimitives.ReadInt64LittleEndian(_file.Slice(at, 8));
}
