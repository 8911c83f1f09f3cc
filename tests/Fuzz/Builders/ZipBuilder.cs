using System.Text;

namespace LlmEfficiency.Fuzz.Builders;

/// <summary>Writes archives of stored entries, aligned to 64 bytes like PyTorch's unless told otherwise.</summary>
public sealed class ZipBuilder(int alignment = 64)
{
    private readonly List<byte> _bytes = [];
    private readonly List<byte> _directory = [];
    private ushort _count;

    public static byte[] Archive(byte[] pickle, params (string Key, byte[] Bytes)[] storages) =>
        Archive(64, pickle, storages);

    public static byte[] Archive(int alignment, byte[] pickle, params (string Key, byte[] Bytes)[] storages)
    {
        var zip = new ZipBuilder(alignment)
            .Add("archive/data.pkl", pickle).Add("archive/byteorder", "little"u8.ToArray());
        foreach (var (key, bytes) in storages)
        {
            zip.Add($"archive/data/{key}", bytes);
        }

        return zip.Build();
    }

    public ZipBuilder Add(string name, byte[] bytes, ushort method = 0)
    {
        var nameBytes = Encoding.UTF8.GetBytes(name);
        var at = _bytes.Count;
        var bare = at + 30 + nameBytes.Length + 4;
        var padding = alignment == 0 ? (8 - (bare % 8) + 1) % 8 : (alignment - (bare % alignment)) % alignment;
        byte[] shared =
        [
            20, 0, 0, 0, .. BitConverter.GetBytes(method), .. new byte[8],
            .. BitConverter.GetBytes(bytes.Length), .. BitConverter.GetBytes(bytes.Length),
            .. BitConverter.GetBytes((ushort)nameBytes.Length),
        ];
        _bytes.AddRange(
        [
            0x50, 0x4b, 3, 4, .. shared, .. BitConverter.GetBytes((ushort)(padding + 4)), .. nameBytes,
            0x46, 0x42, .. BitConverter.GetBytes((ushort)padding), .. new byte[padding], .. bytes,
        ]);
        _directory.AddRange(
            [0x50, 0x4b, 1, 2, 20, 0, .. shared, .. new byte[12], .. BitConverter.GetBytes(at), .. nameBytes]);
        _count++;
        return this;
    }

    public byte[] Build() =>
    [
        .. _bytes, .. _directory, 0x50, 0x4b, 5, 6, 0, 0, 0, 0,
        .. BitConverter.GetBytes(_count), .. BitConverter.GetBytes(_count),
        .. BitConverter.GetBytes(_directory.Count), .. BitConverter.GetBytes(_bytes.Count), 0, 0,
    ];
}
