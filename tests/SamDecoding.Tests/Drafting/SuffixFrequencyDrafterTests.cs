using CsCheck;
using LlmEfficiency.Core.Speculation;
using LlmEfficiency.SamDecoding.Automata;
using LlmEfficiency.SamDecoding.Drafting;
using Xunit;

namespace LlmEfficiency.SamDecoding.Tests.Drafting;

public sealed class SuffixFrequencyDrafterTests
{
    [Fact]
    public void Earlier_answers_take_no_more_than_they_may_and_the_newest_stay() =>
        Gen.Select(Gen.Int[0, 9].Array[0, 60].Array[1, 60], Gen.Int[1, 12_000]).Sample((answers, most) =>
        {
            using var drafter = new SuffixFrequencyDrafter(new() { CacheBytes = most });
            foreach (var answer in answers)
            {
                using (var session = drafter.Open([1]))
                {
                    session.Append(answer);
                }

                Assert.True(drafter.Earlier.Bytes <= most || !drafter.Earlier.Text.Contains(SuffixAutomaton.Separator));
            }

            var all = string.Join(",-1,", answers.Where(answer => answer.Length > 0).Select(answer => string.Join(',', answer)));
            var kept = string.Join(',', drafter.Earlier.Text.ToArray());
            Assert.EndsWith(kept, all);
            Assert.EndsWith(string.Join(',', answers.LastOrDefault(answer => answer.Length > 0) ?? []), kept);
        }, iter: 30);

    [Fact]
    public void A_request_that_is_open_while_others_are_forgotten_still_drafts_from_them()
    {
        int[] answer = [.. Enumerable.Range(10, 30)];
        using var drafter = new SuffixFrequencyDrafter(new() { CacheBytes = 4000 });
        Answer(drafter, answer);
        using var open = drafter.Open([]);
        for (var round = 1; round < 20; round++)
        {
            Answer(drafter, [.. Enumerable.Range(1000 * round, 30)]);
        }

        Assert.False(drafter.Earlier.Text.Contains(10));
        open.Append(answer.AsSpan(0, 8));
        var tree = new DraftTree();
        open.Draft(tree, 6);
        Assert.Equal(answer[8..14], tree.Nodes.ToArray().Select(node => node.Token));
    }

    private static void Answer(SuffixFrequencyDrafter drafter, int[] answer)
    {
        using var session = drafter.Open([]);
        session.Append(answer);
    }
}
