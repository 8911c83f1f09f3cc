using System.Text;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;
using Xunit;

namespace LlmEfficiency.Core.Tests.Storage;

public sealed class StrictJsonTests
{
    [Theory]
    [InlineData("""{"a":{"b":[1,"\n"]},"b":2}""")]
    [InlineData("\uFEFF{\"a\":{\"b\":1},\"b\":2}")]
    public void Reads_an_object_with_or_without_a_byte_order_mark(string json)
    {
        using var file = MappedFile.FromBytes("x.json", Encoding.UTF8.GetBytes(json));
        using var document = StrictJson.Parse(file);
        Assert.Equal(2, document.RootElement.GetProperty("b").GetInt32());
    }

    [Theory]
    [InlineData("[]", 0, "object")]
    [InlineData("", 0, "JSON")]
    [InlineData("{\"a\":1,\"a\":2}", 7, "'a'")]
    [InlineData("{\"a\":{\"b\":1,\"\\u0062\":2}}", 12, "'b'")]
    [InlineData("{\"a\":\"\\ud800\"}", 5, "surrogate")]
    [InlineData("{\"\\udc00\":1}", 1, "surrogate")]
    [InlineData("{\"a\":1} x", 8, "JSON")]
    public void Says_where_the_rules_are_broken(string json, long offset, string problem)
    {
        var refusal = Assert.Throws<MalformedFileException>(() => StrictJson.Parse("x.json", Encoding.UTF8.GetBytes(json)));
        Assert.Equal(offset, refusal.Offset);
        Assert.Contains(problem, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_longer_than_is_believed_is_refused()
    {
        using var file = MappedFile.FromBytes("x.json", "{\"a\":1}"u8);
        Assert.Throws<MalformedFileException>(() => StrictJson.Parse(file, maxBytes: 6));
    }
}
