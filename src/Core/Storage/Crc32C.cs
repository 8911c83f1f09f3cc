using System.Numerics;

namespace LlmEfficiency.Core.Storage;

/// <summary>The checksum of TFRecord files and journals: CRC-32 with Castagnoli's polynomial.</summary>
public static class Crc32C
{
    /// <summary>Returns the checksum of bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
