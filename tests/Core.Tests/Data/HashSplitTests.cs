using CsCheck;
using LlmEfficiency.Core.Data;
using Xunit;

namespace LlmEfficiency.Core.Tests.Data;

public sealed class HashSplitTests
{
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public void About_the_fraction_is_held_out(double fraction)
    {
        const int Count = 20_000;
        var held = Enumerable.Range(0, Count).Count(i => HashSplit.IsHeldOut($"document {i}", fraction));
        var deviation = Math.Sqrt(Count * fraction * (1 - fraction));
        Assert.InRange(held, (Count * fraction) - (4 * deviation), (Count * fraction) + (4 * deviation));
    }

    [Fact]
    public void A_larger_fraction_holds_out_the_same_and_more() =>
        Gen.Select(Gen.String, Gen.Double[0, 1], Gen.Double[0, 1]).Sample((text, a, b) =>
            Assert.True(!HashSplit.IsHeldOut(text, Math.Min(a, b)) || HashSplit.IsHeldOut(text, Math.Max(a, b))));

    [Fact]
    public void The_ends_hold_out_nothing_and_all() =>
        Gen.String.Sample(text =>
        {
            Assert.False(HashSplit.IsHeldOut(text, 0));
            Assert.True(HashSplit.IsHeldOut(text, 1));
        });

    // SHA-256("abc") begins with ba7816bf8f01cfea (FIPS 180-2): 0.7284...
    [Fact]
    public void The_published_hash_decides()
    {
        const double Share = 0xba7816bf8f01cfeaUL / 18446744073709551616.0;
        Assert.False(HashSplit.IsHeldOut("abc", Share - 1e-12));
        Assert.True(HashSplit.IsHeldOut("abc", Share + 1e-12));
    }

    [Fact]
    public void A_prompt_with_its_completion_goes_where_the_conversation_goes() =>
        Gen.Select(Gen.String, Gen.String, Gen.Double[0, 1]).Sample((prompt, completion, fraction) => Assert.Equal(
            HashSplit.IsHeldOut(RawDocument.OfCompletion(prompt, completion), fraction),
            HashSplit.IsHeldOut(RawDocument.OfMessages([new("user", prompt), new("assistant", completion)]) with { Place = "elsewhere" }, fraction)));
}
