using System.Text;
using LlmEfficiency.Core.Answers;
using LlmEfficiency.Core.Tokenization.Normalization;
using Xunit;

namespace LlmEfficiency.Core.Tests.Tokenization.Normalization;

public sealed class UnicodeFormsTests
{
    [Theory]
    [InlineData("e\u0301", "\u00e9")]
    [InlineData("a\uFFFEe\u0301\uFFFE", "a\uFFFE\u00e9\uFFFE")]
    [InlineData("\uFFFE\u0301", "\uFFFE\u0301")]
    [InlineData("\uFFFF\uFDD0", "\uFFFF\uFDD0")]
    public void Any_text_is_composed(string text, string composed) =>
        Assert.Equal(composed, UnicodeForms.Normalize(text, NormalizationForm.FormC));

    [Fact]
    public void Half_characters_count_as_the_replacement_character()
    {
        string[] halves = ["e\u0301\uD800x", "\uDC00\U0001F600e\u0301"]; // an attribute would store them as bytes, and lose them
        Assert.Equal(["\u00e9\uFFFDx", "\uFFFD\U0001F600\u00e9"], halves.Select(text => UnicodeForms.Normalize(text, NormalizationForm.FormC)));
    }

    [Fact]
    public void Answers_with_a_reversed_byte_order_mark_are_compared() =>
        Assert.True(ExactMatch.AreEqual("caf\u00e9\uFFFE", "cafe\u0301\uFFFE"));
}
