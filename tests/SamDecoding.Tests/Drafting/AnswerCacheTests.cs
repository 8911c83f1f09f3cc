using CsCheck;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Speculation;
using LlmEfficiency.SamDecoding.Automata;
using LlmEfficiency.SamDecoding.Drafting;
using Xunit;

namespace LlmEfficiency.SamDecoding.Tests.Drafting;

public sealed class AnswerCacheTests
{
    [Fact]
    public void All_answers_lie_in_few_automata_in_their_order() =>
        Gen.Int[0, 9].Array[1, 30].Array[1, 60].Sample(answers =>
        {
            var cache = new AnswerCache();
            var space = cache.Namespace("a");
            foreach (var answer in answers)
            {
                space.Add(answer);
            }

            var generations = space.Generations;
            Assert.InRange(generations.Count, 1, 8);
            Assert.Equal(answers, generations.SelectMany(Documents));
            Assert.Equal(generations.Sum(generation => generation.Automaton.Bytes), cache.Bytes);
            Assert.Equal((answers.Length, answers.Length, answers.Sum(answer => answer.Length)), (space.Added, space.Answers, space.Tokens));
        });

    [Fact]
    public void The_oldest_answers_go_where_the_memory_ends_and_the_newest_stay()
    {
        const long Most = 200_000;
        var cache = new AnswerCache(Most);
        var space = cache.Namespace("a");
        int[][] answers = [.. Enumerable.Range(0, 300).Select(index => Enumerable.Range(0, 100).Select(at => (index * 131) + (at * at % 97)).ToArray())];
        foreach (var answer in answers)
        {
            space.Add(answer);
            Assert.InRange(cache.Bytes, 1, Most);
            Assert.Equal(answer, Documents(space.Generations[^1]).Last());
        }

        var kept = space.Generations.SelectMany(Documents).ToArray();
        Assert.Equal((answers.Length, kept.Length), (space.Added, space.Answers));
        Assert.InRange(kept.Length, 10, 290);
        Assert.Equal(answers[^kept.Length..], kept);
    }

    [Fact]
    public async Task Those_who_read_are_not_disturbed_by_those_who_add()
    {
        var cache = new AnswerCache(100_000);
        var tasks = Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            var longest = 0;
            var space = cache.Namespace($"tenant-{worker % 2}");
            for (var round = 0; round < 200; round++)
            {
                space.Add([.. Enumerable.Range(worker, 50)]);
                space.Escapes.Answers.Learn(1 + (round % 9), 1, 1, round % 2 == 0);
                foreach (var generation in space.Read())
                {
                    var cursor = default(SuffixCursor);
                    for (var token = 10; token < 40; token++)
                    {
                        cursor = cursor.Advance(generation.Automaton, token);
                    }

                    longest = Math.Max(longest, cursor.Length);
                }
            }

            return longest;
        })).ToArray();
        for (var round = 0; round < 20; round++) // and neither is who takes snapshots
        {
            var copy = AnswerSnapshotTests.Reopen(cache).Cache;
            Assert.All(copy.Namespaces, space => Assert.Equal(space.Answers, space.Generations.SelectMany(Documents).Count()));
        }

        Assert.All(await Task.WhenAll(tasks), longest => Assert.Equal(30, longest));
        Assert.All(cache.Namespaces, space => Assert.Equal(400, space.Added));
    }

    [Fact]
    public void An_empty_answer_leaves_no_trace()
    {
        var cache = new AnswerCache();
        cache.Namespace("a").Add([]);
        Assert.Empty(cache.Namespace("a").Generations);
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Namespace("a").Add([1, -1, 2]));
    }

    [Fact]
    public void What_one_namespace_holds_and_learned_no_other_drafts_from()
    {
        int[] answer = [.. Enumerable.Range(10, 30)];
        var cache = new AnswerCache();
        using var drafter = new BackoffTreeDrafter(answers: cache.Namespace("a"));
        Answer(drafter, answer);
        using var same = new BackoffTreeDrafter(answers: cache.Namespace("a"));
        using var other = new BackoffTreeDrafter(answers: cache.Namespace("b"));
        Assert.Equal(answer[8..12], Draft(same, answer[..8], 4));
        Assert.Empty(Draft(other, answer[..8], 4));
        Assert.Equal(["a", "b"], cache.Namespaces.Select(space => space.Name));
        Assert.NotSame(cache.Namespace("a").Escapes, cache.Namespace("b").Escapes);
    }

    [Fact]
    public void Who_fills_the_cache_loses_old_answers_and_the_others_keep_theirs()
    {
        const long Most = 400_000;
        var cache = new AnswerCache(Most);
        var (small, large) = (cache.Namespace("small"), cache.Namespace("large"));
        for (var round = 0; round < 12; round++)
        {
            small.Add(Text(round, 50));
        }

        var before = small.Generations.SelectMany(Documents).ToArray();
        for (var round = 0; round < 300; round++)
        {
            large.Add(Text(1000 + round, 100));
            Assert.InRange(cache.Bytes, 1, Most);
        }

        Assert.Equal(before, small.Generations.SelectMany(Documents));
        Assert.InRange(large.Answers, 5, 299);
        Assert.InRange(large.Bytes, Most / 4, Most);
    }

    [Fact]
    public void Many_namespaces_that_want_all_get_like_shares_and_each_keeps_its_newest()
    {
        const long Most = 500_000;
        var cache = new AnswerCache(Most);
        AnswerNamespace[] spaces = [.. Enumerable.Range(0, 5).Select(number => cache.Namespace($"n{number}"))];
        for (var round = 0; round < 60; round++)
        {
            for (var number = 0; number < spaces.Length; number++)
            {
                var answer = Text((1000 * number) + round, 100);
                spaces[number].Add(answer);
                Assert.Equal(answer, Documents(spaces[number].Generations[^1]).Last());
            }
        }

        Assert.InRange(cache.Bytes, Most / 2, Most);
        Assert.All(spaces, space => Assert.InRange(space.Bytes, Most / 15, Most / 3));
    }

    [Fact]
    public void Where_each_has_but_its_newest_the_one_that_was_not_used_for_longest_goes()
    {
        var one = new AnswerCache();
        one.Namespace("a").Add(Text(1, 100));
        var cache = new AnswerCache(one.Bytes * 5 / 2); // room for two
        foreach (var name in (string[])["a", "b"])
        {
            cache.Namespace(name).Add(Text(1, 100));
        }

        cache.Namespace("a").Read();
        cache.Namespace("c").Add(Text(1, 100));
        Assert.Equal([1, 0, 1], cache.Namespaces.Select(space => space.Generations.Count));
        Assert.Equal((1, 0), (cache.Namespace("b").Added, cache.Namespace("b").Answers));
        var giant = Text(7, 5000); // the newest of all stays, whatever its size
        cache.Namespace("c").Add(giant);
        Assert.Equal([giant], cache.Namespaces.SelectMany(space => space.Generations.SelectMany(Documents)));
    }

    [Fact]
    public void A_namespace_that_was_removed_is_empty_and_takes_nothing_more()
    {
        var cache = new AnswerCache();
        var old = cache.Namespace("a");
        old.Add([1, 2, 3]);
        Assert.True(cache.Remove("a"));
        Assert.False(cache.Remove("a"));
        old.Add([4, 5, 6]);
        Assert.Equal((0, 0), (cache.Bytes, cache.Namespaces.Count));
        Assert.Empty(cache.Namespace("a").Generations);
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("Team_1/vicuna-7b.v1", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("ü", false)]
    [InlineData("a\nb", false)]
    public void Names_are_short_and_plain(string name, bool isName)
    {
        var problem = Record.Exception(() => new AnswerCache().Namespace(name));
        Assert.Equal(isName, problem is null);
        Assert.True(isName || problem is LlmEfficiencyException { Kind: ErrorKind.Configuration });
    }

    [Fact]
    public void Names_and_their_number_have_a_limit()
    {
        var cache = new AnswerCache();
        for (var number = 0; number < AnswerCache.MostNamespaces; number++)
        {
            cache.Namespace(number.ToString("d64", System.Globalization.CultureInfo.InvariantCulture));
        }

        Assert.Contains("remove one", Assert.Throws<LlmEfficiencyException>(() => cache.Namespace("a")).Message);
        Assert.Contains("1 to 64", Assert.Throws<LlmEfficiencyException>(() => cache.Namespace(new string('a', 65))).Message);
    }

    [Fact]
    public void What_was_learned_from_one_request_serves_the_next()
    {
        var space = new AnswerCache().Namespace("a");
        using var drafter = new BackoffTreeDrafter(answers: space);
        Answer(drafter, [.. Enumerable.Range(0, 200).Select(place => place % 2 == 0 ? 1 : 2 + (place / 2))]); // "1" foretells nothing
        Assert.True(space.Escapes.Context.Escape(1, 3, 99) > new EscapeTable().Escape(1, 3, 99));
        using var later = new BackoffTreeDrafter(answers: space);
        using var fresh = new BackoffTreeDrafter(answers: new AnswerCache().Namespace("a"));
        int[] prompt = [1, 500, 1, 501, 1, 502, 1, 503, 1];
        Assert.True(Sum(later, prompt) < 0.8 * Sum(fresh, prompt));
    }

    private static void Answer(BackoffTreeDrafter drafter, int[] answer)
    {
        using var session = drafter.Open([]);
        session.Append(answer);
    }

    private static int[] Draft(BackoffTreeDrafter drafter, int[] prompt, int limit)
    {
        using var session = drafter.Open(prompt);
        var tree = new DraftTree();
        session.Draft(tree, limit);
        return [.. tree.Nodes.ToArray().Select(node => node.Token)];
    }

    private static double Sum(BackoffTreeDrafter drafter, int[] prompt)
    {
        using var session = drafter.Open(prompt);
        var tree = new DraftTree();
        session.Draft(tree, 4);
        return tree.Nodes.ToArray().Where(node => node.Depth == 1).Sum(node => node.Probability);
    }

    // Different for different seeds.
    private static int[] Text(int seed, int length) => [.. Enumerable.Range(0, length).Select(at => (seed * 131) + (at * at % 97))];

    private static IEnumerable<int[]> Documents(AnswerGeneration generation)
    {
        var document = new List<int>();
        foreach (var token in generation.Automaton.Text.ToArray().Append(SuffixAutomaton.Separator))
        {
            if (token == SuffixAutomaton.Separator)
            {
                yield return [.. document];
                document.Clear();
            }
            else
            {
                document.Add(token);
            }
        }
    }
}
