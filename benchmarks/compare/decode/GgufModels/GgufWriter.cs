using System.Runtime.InteropServices;
using System.Text;

namespace LlmEfficiency.GgufModels;

/// <summary>Writes GGUF, version 3, with fp32 tensors.</summary>
internal sealed class GgufWriter(string path) : IDisposable
{
    private const int Alignment = 32;
    private const uint Version = 3;
    private const uint UInt32 = 4, Float32 = 6, Text = 8; // types of settings
    private const uint Float32Tensor = 0;

    private readonly BinaryWriter _out = new(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20));

    /// <summary>Writes everything in front of the tensors' elements.</summary>
    public void Begin(IReadOnlyList<(string Key, object Value)> settings, IEnumerable<GgufTensor> tensors)
    {
        var all = tensors.ToList();
        _out.Write("GGUF"u8);
        _out.Write(Version);
        _out.Write((ulong)all.Count);
        _out.Write((ulong)settings.Count);
        foreach (var (key, value) in settings)
        {
            WriteText(key);
            WriteValue(value);
        }

        var offset = 0L;
        foreach (var tensor in all)
        {
            WriteText(tensor.Name);
            _out.Write((uint)tensor.Sizes.Length);
            foreach (var size in tensor.Sizes)
            {
                _out.Write((ulong)size);
            }

            _out.Write(Float32Tensor);
            _out.Write((ulong)offset);
            offset = Aligned(offset + (tensor.Count * sizeof(float)));
        }

        Pad();
    }

    /// <summary>Writes the elements of the next tensor.</summary>
    public void Append(long count, Func<float> next)
    {
        var chunk = new float[Math.Min(count, 1 << 16)];
        for (var left = count; left > 0;)
        {
            var part = chunk.AsSpan(0, (int)Math.Min(left, chunk.Length));
            foreach (ref var value in part)
            {
                value = next();
            }

            _out.Write(MemoryMarshal.AsBytes(part));
            left -= part.Length;
        }

        Pad();
    }

    /// <inheritdoc/>
    public void Dispose() => _out.Dispose();

    private static long Aligned(long offset) => (offset + Alignment - 1) / Alignment * Alignment;

    private void WriteValue(object value)
    {
        switch (value)
        {
            case string text:
                _out.Write(Text);
                WriteText(text);
                break;
            case uint number:
                _out.Write(UInt32);
                _out.Write(number);
                break;
            case float number:
                _out.Write(Float32);
                _out.Write(number);
                break;
            default:
                throw new ArgumentException($"a setting of type {value.GetType().Name} has no form here", nameof(value));
        }
    }

    private void WriteText(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        _out.Write((ulong)bytes.Length);
        _out.Write(bytes);
    }

    private void Pad()
    {
        _out.Flush();
        var at = _out.BaseStream.Position;
        _out.Write(new byte[Aligned(at) - at]);
    }
}
