using CsCheck;
using LlmEfficiency.Core.Answers;
using Xunit;

namespace LlmEfficiency.Core.Tests.Answers;

public sealed class ExactMatchTests
{
    [Theory]
    [InlineData("  Paris\n", "Paris", true)]
    [InlineData("New  York", "New York", true)]
    [InlineData("Paris", "paris", false)]
    [InlineData("Paris", "Paris.", false)]
    [InlineData("cafe\u0301", "café", true)]
    public void Only_space_is_forgiven_by_default(string expected, string given, bool verdict) =>
        Assert.Equal(verdict, ExactMatch.AreEqual(expected, given));

    [Theory]
    [InlineData("The Beatles", "beatles!", true)]
    [InlineData("an  Apple", "Apple", true)]
    [InlineData("Theatre", "atre", false)]
    public void Question_answering_forgives_case_punctuation_and_articles(
        string expected, string given, bool verdict) =>
        Assert.Equal(verdict, ExactMatch.AreEqual(expected, given, ExactMatchOptions.QuestionAnswering));

    [Fact]
    public void Normalising_twice_is_normalising_once() =>
        Gen.Select(Gen.String, Gen.Bool.Array[4]).Sample((text, flags) =>
        {
            var options = new ExactMatchOptions
            {
                IgnoresCase = flags[0],
                IgnoresPunctuation = flags[1],
                IgnoresArticles = flags[2],
                CollapsesSpace = flags[3],
            };
            var once = ExactMatch.Normalise(text, options);
            Assert.Equal(once, ExactMatch.Normalise(once, options));
        });
}
