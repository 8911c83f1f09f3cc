using CsCheck;
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
            foreach (var answer in answers)
            {
                cache.Add(answer);
            }

            var generations = cache.Generations;
            Assert.InRange(generations.Count, 1, 8);
            Assert.Equal(answers, generations.SelectMany(Documents));
            Assert.Equal(generations.Sum(generation => generation.Bytes), cache.Bytes);
        });

    [Fact]
    public void The_oldest_answers_go_where_the_memory_ends_and_the_newest_stay()
    {
        const long Most = 200_000;
        var cache = new AnswerCache(Most);
        int[][] answers = [.. Enumerable.Range(0, 300).Select(index => Enumerable.Range(0, 100).Select(at => (index * 131) + (at * at % 97)).ToArray())];
        foreach (var answer in answers)
        {
            cache.Add(answer);
            Assert.InRange(cache.Bytes, 1, Most);
            Assert.Equal(answer, Documents(cache.Generations[^1]).Last());
        }

        var kept = cache.Generations.SelectMany(Documents).ToArray();
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
            for (var round = 0; round < 200; round++)
            {
                cache.Add([.. Enumerable.Range(worker, 50)]);
                foreach (var generation in cache.Generations)
                {
                    var cursor = default(SuffixCursor);
                    for (var token = 10; token < 40; token++)
                    {
                        cursor = cursor.Advance(generation, token);
                    }

                    longest = Math.Max(longest, cursor.Length);
                }
            }

            return longest;
        })).ToArray();
        Assert.All(await Task.WhenAll(tasks), longest => Assert.Equal(30, longest));
    }

    [Fact]
    public void An_empty_answer_leaves_no_trace()
    {
        var cache = new AnswerCache();
        cache.Add([]);
        Assert.Empty(cache.Generations);
    }

    private static IEnumerable<int[]> Documents(SuffixAutomaton automaton)
    {
        var document = new List<int>();
        foreach (var token in automaton.Text.ToArray().Append(SuffixAutomaton.Separator))
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
