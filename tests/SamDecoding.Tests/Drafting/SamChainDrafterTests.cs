using CsCheck;
using LlmEfficiency.Core.Speculation;
using LlmEfficiency.SamDecoding.Drafting;
using Xunit;

namespace LlmEfficiency.SamDecoding.Tests.Drafting;

public sealed class SamChainDrafterTests
{
    [Fact]
    public void The_draft_follows_the_first_occurrence_of_the_longest_suffix_that_has_one() =>
        Gen.Select(Gen.Int[0, 2].Array[1, 40], Gen.Int[1, 50]).Sample((text, rows) =>
        {
            var expected = Array.Empty<int>();
            for (var start = 1; start < text.Length && expected.Length == 0; start++)
            {
                var first = text.AsSpan().IndexOf(text.AsSpan(start)) + text.Length - start;
                expected = first < text.Length ? text[first..Math.Min(text.Length, first + rows - 1)] : [];
                if (first < text.Length)
                {
                    break;
                }
            }

            Assert.Equal(expected, Draft(text, new SamChainSettings { MaxRows = rows }));
        });

    [Fact]
    public void With_alpha_longer_matches_have_longer_drafts()
    {
        int[] line = [.. Enumerable.Range(10, 30)];
        Assert.Equal(line[3..15], Draft([.. line, 1, .. line[..3]], new SamChainSettings { MaxRows = 60, Alpha = 4 }));
        Assert.Equal(line[1..5], Draft([.. line, 1, .. line[..1]], new SamChainSettings { MaxRows = 60, Alpha = 4 }));
    }

    private static int[] Draft(int[] text, SamChainSettings settings)
    {
        using var drafter = new SamChainDrafter(settings);
        using var session = drafter.Open(text);
        var tree = new DraftTree();
        session.Draft(tree, 1000);
        return [.. tree.Nodes.ToArray().Select(node => node.Token)];
    }
}
