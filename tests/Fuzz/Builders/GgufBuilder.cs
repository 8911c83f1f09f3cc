using System.Text;

namespace LlmEfficiency.Fuzz.Builders;

/// <summary>Writes small GGUF files, also broken ones.</summary>
public sealed class GgufBuilder
{
    private readonly List<byte[]> _pairs = [];
    private readonly List<(byte[] Info, byte[] Bytes)> _tensors = [];
    private ulong _end;

    public uint Version { get; set; } = 3;

    public int Alignment { get; set; } = 32;

    public ulong? PairCount { get; set; }

    public ulong? TensorCount { get; set; }

    public static GgufBuilder TinyLlama(string family = "llama") => new GgufBuilder()
        .Text("general.architecture", family)
        .Whole($"{family}.context_length", 16)
        .Whole($"{family}.embedding_length", 8)
        .Whole($"{family}.feed_forward_length", 12)
        .Whole($"{family}.block_count", 1)
        .Whole($"{family}.attention.head_count", 2)
        .Whole($"{family}.attention.head_count_kv", 1)
        .Real($"{family}.attention.layer_norm_rms_epsilon", 1e-5f)
        .Tensor("token_embd.weight", [8, 5], 0, Floats(40));

    public static byte[] Floats(int count) =>
        [.. Enumerable.Range(0, count).SelectMany(i => BitConverter.GetBytes((float)i))];

    public static byte[] Prefixed(string text) =>
        [.. BitConverter.GetBytes((ulong)Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    public GgufBuilder Pair(string key, uint type, params byte[] value)
    {
        _pairs.Add([.. Prefixed(key), .. BitConverter.GetBytes(type), .. value]);
        return this;
    }

    public GgufBuilder Text(string key, string value) => Pair(key, 8, Prefixed(value));

    public GgufBuilder Whole(string key, uint value) => Pair(key, 4, BitConverter.GetBytes(value));

    public GgufBuilder Real(string key, float value) => Pair(key, 6, BitConverter.GetBytes(value));

    public GgufBuilder Array(string key, uint type, int count, params byte[] items) =>
        Pair(key, 9, [.. BitConverter.GetBytes(type), .. BitConverter.GetBytes((ulong)count), .. items]);

    /// <param name="name">The name in the file.</param>
    /// <param name="dimensions">Innermost first, as in the file.</param>
    /// <param name="type">The number of the encoding.</param>
    /// <param name="bytes">The stored blocks.</param>
    /// <param name="offset">Where the file says the tensor lies; null is the truth.</param>
    public GgufBuilder Tensor(string name, ulong[] dimensions, uint type, byte[] bytes, ulong? offset = null)
    {
        byte[] info =
        [
            .. Prefixed(name), .. BitConverter.GetBytes((uint)dimensions.Length),
            .. dimensions.SelectMany(BitConverter.GetBytes),
            .. BitConverter.GetBytes(type), .. BitConverter.GetBytes(offset ?? _end),
        ];
        _tensors.Add((info, bytes));
        _end = (_end + (ulong)bytes.Length + (ulong)Alignment - 1) / (ulong)Alignment * (ulong)Alignment;
        return this;
    }

    public byte[] Build()
    {
        List<byte> file =
        [
            .. "GGUF"u8, .. BitConverter.GetBytes(Version),
            .. BitConverter.GetBytes(TensorCount ?? (ulong)_tensors.Count),
            .. BitConverter.GetBytes(PairCount ?? (ulong)_pairs.Count),
            .. _pairs.SelectMany(pair => pair), .. _tensors.SelectMany(tensor => tensor.Info),
        ];
        Pad(file);
        foreach (var (_, bytes) in _tensors)
        {
            file.AddRange(bytes);
            Pad(file);
        }

        return [.. file];
    }

    private void Pad(List<byte> file)
    {
        while (file.Count % Alignment != 0)
        {
            file.Add(0);
        }
    }
}
