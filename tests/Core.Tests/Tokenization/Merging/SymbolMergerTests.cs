using CsCheck;
using LlmEfficiency.Core.Tokenization.Merging;
using Xunit;

namespace LlmEfficiency.Core.Tests.Tokenization.Merging;

public sealed class SymbolMergerTests
{
    private static readonly Gen<(int Left, int Right, int Rank, int Merged)[]> Rules =
        Gen.Select(Gen.Int[0, 7], Gen.Int[0, 7], Gen.Int[0, 9], Gen.Int[0, 7]).Array[0, 20];

    [Fact]
    public void Both_ways_of_merging_equal_the_plain_one_even_with_rules_that_go_in_circles() =>
        Gen.Select(Rules, Gen.Int[0, 7].Array[1, 200]).Sample((rules, symbols) =>
        {
            var table = new PairTable(1);
            var plain = new Dictionary<(int, int), (int Rank, int Merged)>();
            foreach (var (left, right, rank, merged) in rules)
            {
                table.Add(left, right, rank, merged);
                plain[(left, right)] = (rank, merged);
            }

            var expected = Plain([.. symbols], plain);
            var work = 0L;
            int[] fast = [.. symbols];
            Assert.Equal(expected, fast.Take(SymbolMerger.MergeLong(fast, table, ref work)));
            fast = [.. symbols];
            Assert.Equal(expected, fast.Take(SymbolMerger.MergeShort(fast, table, ref work)));
        });

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void The_work_grows_with_the_length_and_no_faster(int kinds)
    {
        var table = new PairTable(1);
        for (var id = 0; id < 20; id++)
        {
            table.Add(id, id, id, id + 1);
        }

        long Work(int length)
        {
            var work = 0L;
            int[] symbols = [.. Enumerable.Range(0, length).Select(i => i % kinds)];
            SymbolMerger.Merge(symbols, table, ref work);
            return work;
        }

        Assert.InRange(Work(500_000), 1, 12 * Work(50_000));
        Assert.InRange(Work(500_000), 1, 6 * 500_000);
    }

    private static List<int> Plain(List<int> symbols, Dictionary<(int, int), (int Rank, int Merged)> rules)
    {
        while (true)
        {
            var best = Enumerable.Range(0, symbols.Count - 1)
                .Where(i => rules.ContainsKey((symbols[i], symbols[i + 1])))
                .OrderBy(i => rules[(symbols[i], symbols[i + 1])].Rank).ThenBy(i => i)
                .Cast<int?>().FirstOrDefault();
            if (best is not { } at)
            {
                return symbols;
            }

            symbols[at] = rules[(symbols[at], symbols[at + 1])].Merged;
            symbols.RemoveAt(at + 1);
        }
    }
}
