using System.Text;
using CsCheck;
using LlmEfficiency.Core.Tokenization;
using Xunit;

namespace LlmEfficiency.Core.Tests.Tokenization;

public sealed class TextDecoderTests
{
    private static readonly ITokenizer Bytes = ByteTokenizer.Create("<s>", "</s>");

    [Fact]
    public void Pieces_together_are_the_whole_and_none_ends_inside_a_character() =>
        Gen.OneOf(Gen.Int[-1, 258], RandomText.AnyOf(0xF0, 0x9F, 0x98, 0x80, 0xE2, 0x82, 0xED, 0xA0, 0xC3))
            .Array[0, 40].Sample(ids =>
        {
            var decoder = new TextDecoder(Bytes);
            string[] pieces = [.. ids.Select(decoder.Push), decoder.Flush()];
            byte[] bytes = [.. ids.Where(id => id is >= 0 and < 256).Select(id => (byte)id)];
            Assert.Equal(Encoding.UTF8.GetString(bytes), string.Concat(pieces));
            Assert.All(pieces, piece =>
                Assert.Equal(piece, Encoding.Unicode.GetString(Encoding.Unicode.GetBytes(piece))));
        }, iter: 5000);

    [Fact]
    public void An_emoji_comes_with_its_last_byte()
    {
        var decoder = new TextDecoder(Bytes);
        Assert.Equal(["", "", "", "😀"], Bytes.Encode("😀").Select(decoder.Push));
        Assert.Equal("", decoder.Flush());
    }

    [Fact]
    public void An_unfinished_character_is_replaced_at_the_end()
    {
        var decoder = new TextDecoder(Bytes);
        Assert.Equal("", decoder.Push(0xE2));
        Assert.Equal("\uFFFD", decoder.Flush());
        Assert.Equal("a", decoder.Push('a'));
    }

    [Theory]
    [InlineData("tokenizers/llama2/tokenizer.model")]
    [InlineData("tokenizers/llama3/tokenizer.model")]
    [InlineData("weights/tinystories-656k/tokenizer.json")]
    public void Real_tokenizers_give_back_what_they_took(string file)
    {
        var tokenizer = RealTokenizers.Require(file);

        // The mark for a space reads as a space; a tokenizer without byte tokens loses what it does not know.
        var isWhole = !file.Contains("656k", StringComparison.Ordinal);
        RandomText.WellFormed.Select(t => t.Replace('▁', ' ')).Sample(text =>
        {
            var ids = tokenizer.Encode(text);
            var decoder = new TextDecoder(tokenizer);
            var streamed = string.Concat(ids.Select(decoder.Push)) + decoder.Flush();
            Assert.Equal(TextDecoder.Decode(tokenizer, ids), streamed);
            Assert.True(!isWhole || streamed == text);
        });
    }

    [Fact]
    public void Only_the_beginning_of_a_text_loses_its_space()
    {
        var tokenizer = RealTokenizers.Require("tokenizers/llama2/tokenizer.model");
        var ids = tokenizer.Encode("a b");
        Assert.Equal("a b", TextDecoder.Decode(tokenizer, [1, .. ids]));
        Assert.Equal(" a b", TextDecoder.Decode(tokenizer, ids, isContinuation: true));
    }
}
