using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Gguf;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Fuzz.Builders;
using Xunit;

namespace LlmEfficiency.Core.Tests.Gguf;

public sealed class GgufRefusalTests
{
    private static readonly Dictionary<string, (Func<GgufBuilder, GgufBuilder> Break, string Problem)> Cases = new()
    {
        ["version"] = (b => Set(b, () => b.Version = 1), "version 1"),
        ["big-endian"] = (b => Set(b, () => b.Version = 0x03000000), "big-endian"),
        ["pair count"] = (b => Set(b, () => b.PairCount = ulong.MaxValue), "metadata pairs"),
        ["tensor count"] = (b => Set(b, () => b.TensorCount = 1UL << 40), "tensors"),
        ["array count"] = (b => b.Pair("a", 9, [4, 0, 0, 0, .. BitConverter.GetBytes(ulong.MaxValue)]), "array items"),
        ["array depth"] = (
            b => b.Pair(
                "a", 9, [.. Enumerable.Repeat<byte[]>([9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0], 9).SelectMany(x => x)]),
            "deep"),
        ["string length"] = (b => b.Pair("a", 8, BitConverter.GetBytes(long.MaxValue)), "bytes of a metadata string"),
        ["value type"] = (b => b.Pair("a", 13), "value type 13"),
        ["truth value"] = (b => b.Pair("a", 7, 2), "truth value is 2"),
        ["no UTF-8"] = (b => b.Pair("a", 8, [1, .. new byte[7], 0xff]), "UTF-8"),
        ["duplicate key"] = (b => b.Whole("k", 1).Whole("k", 2), "'k' is there twice"),
        ["alignment"] = (b => b.Whole("general.alignment", 48), "power of two"),
        ["zero alignment"] = (b => b.Whole("general.alignment", 0), "power of two"),
        ["duplicate tensor"] = (
            b => b.Tensor("t", [1], 0, new byte[4]).Tensor("t", [1], 0, new byte[4]),
            "'t' is there twice"),
        ["duplicate after mapping"] = (
            b => b.Tensor("model.embed_tokens.weight", [1], 0, new byte[4]),
            "two tensors are called"),
        ["long name"] = (b => b.Tensor(new string('n', 65), [1], 0, new byte[4]), "bytes of a tensor name"),
        ["five dimensions"] = (b => b.Tensor("t", [1, 1, 1, 1, 1], 0, new byte[4]), "5 dimensions"),
        ["zero dimension"] = (b => b.Tensor("t", [0], 0, []), "dimension of 0"),
        ["overflow"] = (b => b.Tensor("t", [1UL << 40, 1UL << 40], 0, []), "too large"),
        ["unaligned"] = (b => b.Tensor("t", [1], 0, new byte[4], offset: 8), "not a multiple"),
        ["outside"] = (b => b.Tensor("t", [1], 0, new byte[4], offset: 1UL << 40), "beyond the file"),
        ["too long"] = (b => b.Tensor("t", [1UL << 40], 0, new byte[4]), "beyond the file"),
        ["encoding"] = (b => b.Tensor("t", [256], 10, new byte[84]), "Q2_K, which cannot be read; use F32, F16, Q4_0"),
        ["unknown encoding"] = (b => b.Tensor("t", [256], 99, new byte[84]), "number 99"),
        ["odd rows"] = (b => b.Tensor("t", [33], 8, new byte[68]), "blocks of 32"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Refuses_what_breaks_the_format(string name)
    {
        var (breakIt, problem) = Cases[name];
        var bytes = breakIt(GgufBuilder.TinyLlama()).Build();
        var error = Assert.Throws<MalformedFileException>(
            () => GgufFile.Open(MappedFile.FromBytes("test.gguf", bytes)));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_every_shortened_file()
    {
        var whole = GgufBuilder.TinyLlama().Build();
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Throws<MalformedFileException>(
                () => GgufFile.Open(MappedFile.FromBytes("test.gguf", whole.AsSpan(0, length))));
        }
    }

    private static GgufBuilder Set(GgufBuilder builder, Action change)
    {
        change();
        return builder;
    }
}
