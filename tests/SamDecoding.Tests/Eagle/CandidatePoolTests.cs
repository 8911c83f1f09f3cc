using CsCheck;
using LlmEfficiency.Core.Sampling;
using LlmEfficiency.Core.Speculation;
using LlmEfficiency.SamDecoding.Eagle;
using Xunit;

namespace LlmEfficiency.SamDecoding.Tests.Eagle;

public sealed class CandidatePoolTests
{
    private static readonly Gen<(int Width, int Depth, int Vocabulary, int Seed, int Count)> Shapes =
        Gen.Select(Gen.Int[1, 6], Gen.Int[0, 4], Gen.Int[6, 12], Gen.Int[0, 99999], Gen.Int[1, 70]);

    [Fact]
    public void What_is_drafted_is_the_likeliest_of_what_was_looked_at_and_hangs_together() => Shapes.Sample(shape =>
    {
        var pool = Grow(shape.Width, shape.Depth, shape.Vocabulary, shape.Seed, levels: 8);
        var chosen = pool.Rerank(shape.Count);
        Assert.Equal(Math.Min(shape.Count, pool.Candidates.Count), chosen.Distinct().Count());
        var worst = chosen.Min(candidate => pool.Candidates[candidate].Score);
        Assert.All(
            Enumerable.Range(0, pool.Candidates.Count).Except(chosen), candidate => Assert.True(pool.Candidates[candidate].Score <= worst));
        for (var place = 0; place < chosen.Length; place++)
        {
            var parent = pool.Candidates[chosen[place]].Parent;
            Assert.True(parent == DraftTree.Context || Array.IndexOf(chosen, parent) is >= 0 and var above && above < place);
        }
    });

    // EAGLE-2's code keeps no parents: it finds them by the candidates' numbers and those of the tokens that were expanded.
    [Fact]
    public void Parents_are_those_of_the_published_table() => Shapes.Where(shape => shape.Width <= shape.Vocabulary).Sample(shape =>
    {
        var (width, depth) = (shape.Width, shape.Depth);
        var beams = new List<int[]>();
        var pool = Grow(width, depth, shape.Vocabulary, shape.Seed, levels: 1000, beams);
        Assert.Equal(width + (depth * width * width), pool.Candidates.Count);
        Assert.All(pool.Candidates.Take(width), candidate => Assert.Equal(DraftTree.Context, candidate.Parent));
        for (var level = 0; level < depth; level++)
        {
            var first = level == 0 ? 0 : width + ((level - 1) * width * width);     // of the level that was expanded
            var table = beams[level].Select(one => one - first).Select(
                inLevel => inLevel + 1 + (width * width * Math.Max(0, level - 1)) + (level > 0 ? width : 0)).ToArray();
            for (var child = 0; child < width * width; child++)
            {
                Assert.Equal(table[child / width] - 1, pool.Candidates[width + (level * width * width) + child].Parent);
            }
        }
    });

    // Plainly: all paths by their tokens, each level from the likeliest of the one before.
    [Fact]
    public void A_draft_is_that_of_a_naive_computation() => Shapes.Sample(shape =>
    {
        var (width, depth, vocabulary, seed, count) = shape;
        var all = new List<(string Path, double Score)>();
        var beam = new List<(string Path, double Score)> { (string.Empty, 0) };
        for (var level = 0; level <= depth; level++)
        {
            var next = beam.SelectMany(path => Followers(path.Path, vocabulary, seed, levels: 100000)
                .Select(pair => (Path: path.Path + (char)('a' + pair.Token), Score: path.Score + pair.Log))
                .OrderByDescending(one => one.Score).Take(width)).ToList();
            all.AddRange(next);
            beam = [.. next.OrderByDescending(one => one.Score).Take(width)];
        }

        var pool = Grow(width, depth, vocabulary, seed, levels: 100000);
        Assert.Equal(
            all.OrderByDescending(one => one.Score).Take(count).Select(one => one.Path),
            pool.Rerank(count).Select(candidate => PathOf(pool, candidate)));
    });

    private static CandidatePool Grow(int width, int depth, int vocabulary, int seed, int levels, List<int[]>? beams = null)
    {
        var pool = new CandidatePool(width);
        pool.BeginLevel();
        pool.Offer(DraftTree.Context, Logits(string.Empty, vocabulary, seed, levels));
        for (var level = 0; level < depth; level++)
        {
            var beam = pool.Beam();
            beams?.Add(beam);
            pool.BeginLevel();
            foreach (var one in beam)
            {
                pool.Offer(one, Logits(PathOf(pool, one), vocabulary, seed, levels));
            }
        }

        return pool;
    }

    private static string PathOf(CandidatePool pool, int candidate) => candidate == DraftTree.Context
        ? string.Empty
        : PathOf(pool, pool.Candidates[candidate].Parent) + (char)('a' + pool.Candidates[candidate].Token);

    private static IEnumerable<(int Token, double Log)> Followers(string path, int vocabulary, int seed, int levels)
    {
        var logits = Logits(path, vocabulary, seed, levels);
        return logits.Select((logit, token) => (token, logit - LogProbabilities.LogSumExp(logits)));
    }

    // Few levels of logits make many equal scores.
    private static float[] Logits(string path, int vocabulary, int seed, int levels)
    {
        var random = new Random(path.Aggregate(seed, (state, letter) => (state * 31) + letter));
        return [.. Enumerable.Range(0, vocabulary).Select(_ => random.Next(levels) * 4f / levels)];
    }
}
