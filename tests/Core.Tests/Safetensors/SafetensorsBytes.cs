using System.Buffers.Binary;
using System.Text;
using LlmEfficiency.Core.Safetensors;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.Core.Tests.Safetensors;

/// <summary>Files put together by hand.</summary>
internal static class SafetensorsBytes
{
    public static byte[] Make(string header, params byte[] content) => Make(Encoding.UTF8.GetBytes(header), content);

    public static byte[] Make(byte[] header, byte[] content)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. content];
    }

    public static SafetensorsFile Open(byte[] bytes) => SafetensorsFile.Open(MappedFile.FromBytes("weights", bytes));
}
