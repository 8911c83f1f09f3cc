using LlmEfficiency.SamDecoding.Drafting;
using Xunit;

namespace LlmEfficiency.SamDecoding.Tests.Drafting;

public sealed class SamSettingsTests
{
    [Theory]
    [InlineData(0, 3, 3, false)] // a tie goes to the context
    [InlineData(0, 3, 4, true)]
    [InlineData(0, 0, 0, false)]
    [InlineData(5, 3, 8, false)]
    [InlineData(5, 3, 9, true)]
    [InlineData(5, 0, 5, false)]
    public void The_corpus_drafts_where_its_match_is_longer_by_more_than_the_bias(int bias, int dynamic, int corpus, bool uses) =>
        Assert.Equal(uses, new SamSettings { Bias = bias }.UsesStatic(dynamic, corpus));

    [Fact]
    public void Without_the_context_matches_in_the_corpus_alone_count()
    {
        var settings = new AuxiliarySamSettings { Sam = new SamSettings { Bias = 5, UsesContext = false } };
        Assert.True(settings.Sam.UsesStatic(dynamic: 100, corpus: 6));
        Assert.True(settings.UsesAutomata(dynamic: 0, corpus: 10));
        Assert.False(settings.UsesAutomata(dynamic: 100, corpus: 9));
    }

    [Theory]
    [InlineData(null, 1, 39)]
    [InlineData(null, 100, 39)]
    [InlineData(4.0, 1, 4)]
    [InlineData(4.0, 9, 36)]
    [InlineData(4.0, 10, 39)]
    [InlineData(0.3, 1, 0)]
    public void Drafts_are_as_long_as_the_match_allows(double? alpha, int match, int tokens) =>
        Assert.Equal(tokens, new SamChainSettings { Alpha = alpha }.Length(match));
}
