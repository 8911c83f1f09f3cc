using LlmEfficiency.Core.Errors;
using Xunit;

namespace LlmEfficiency.Core.Tests.Safetensors;

/// <summary>Files made to harm: each is refused, and the message says where and why.</summary>
public sealed class SafetensorsAttackTests
{
    [Theory]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}}""", "overlaps")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[1],"data_offsets":[3,4]}}""", "hole")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "second time")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"shape":[4],"data_offsets":[0,4]}}""", "second time")]
    [InlineData("""{"__metadata__":{"k":"1","k":"2"},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "second time")]
    [InlineData("""{"__metadata__":{"k":1},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "a string")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4]}}""", "does not fill")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}}""", "does not fill")]
    [InlineData("""{"a":{"dtype":"U8","shape":[-4],"data_offsets":[0,4]}}""", "whole number")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[-4,0]}}""", "whole number")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[4,0]}}""", "begin <= end")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4.0],"data_offsets":[0,4]}}""", "whole number")]
    [InlineData("""{"a":{"dtype":"U8","shape":[NaN],"data_offsets":[0,4]}}""", "JSON")]
    [InlineData("""{"a":{"dtype":"U8","shape":[18446744073709551616],"data_offsets":[0,4]}}""", "whole number")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""", "the rest of the file has 4")]
    [InlineData("""{"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]}}""", "the rest of the file has 4")]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}""", "F8_E4M3")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4]}}""", "no data_offsets")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}} x""", "JSON")]
    [InlineData("""{"\ud800":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "surrogate")]
    [InlineData(""" {"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "begin with '{'")]
    [InlineData("[]", "begin with '{'")]
    [InlineData("", "begin with '{'")]
    public void Refuses_a_header_that_lies(string header, string reason) =>
        AssertRefused(SafetensorsBytes.Make(header, 1, 2, 3, 4), reason);

    [Fact]
    public void Refuses_objects_inside_objects_without_end() =>
        AssertRefused(SafetensorsBytes.Make("{\"a\":{\"x\":" + new string('[', 100_000)), "depth");

    [Fact]
    public void Refuses_more_dimensions_than_torch_has() =>
        AssertRefused(
            SafetensorsBytes.Make($$"""{"a":{"dtype":"U8","shape":[{{string.Join(',', Enumerable.Repeat(1, 65))}}],"data_offsets":[0,1]} }""", 1),
            "more than 64");

    [Fact]
    public void Refuses_text_that_is_not_UTF8_at_its_place()
    {
        var problem = AssertRefused(SafetensorsBytes.Make([(byte)'{', (byte)'"', 0xC3, 0x28], []), "not UTF-8");
        Assert.Equal(10, problem.Offset);
    }

    [Theory]
    [InlineData(100_000_001L, "at most 100000000")]
    [InlineData(-1L, "at most 100000000")]
    [InlineData(50_000_000L, "cut short")]
    public void Refuses_a_header_length_beyond_the_file(long length, string reason) =>
        AssertRefused([.. BitConverter.GetBytes(length), (byte)'{', (byte)'}'], reason);

    [Fact]
    public void Refuses_a_file_without_room_for_a_length() => AssertRefused([1, 2, 3], "cut short");

    [Fact]
    public void Refuses_a_bool_that_is_neither_true_nor_false()
    {
        using var file = SafetensorsBytes.Open(
            SafetensorsBytes.Make("""{"a":{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]}}""", 0, 1, 2));
        Assert.Contains("truth value", Assert.Throws<MalformedFileException>(() => file.Read("a")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reads_a_hundred_thousand_tensors_in_linear_time()
    {
        var rows = Enumerable.Range(0, 100_000).Select(i => $$""" "t{{i}}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}""");
        using var file = SafetensorsBytes.Open(SafetensorsBytes.Make("{" + string.Join(',', rows) + "}"));
        Assert.Equal(100_000, file.Entries.Count);
    }

    private static MalformedFileException AssertRefused(byte[] bytes, string reason)
    {
        var problem = Assert.Throws<MalformedFileException>(() => SafetensorsBytes.Open(bytes));
        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
        Assert.InRange(problem.Offset, 0, bytes.Length);
        return problem;
    }
}
