using CsCheck;
using LlmEfficiency.Core.Retention;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Retention;

public sealed class RetentionChoiceTests
{
    // Few different scores, so that there are ties.
    [Fact]
    public void The_best_and_the_recent_are_kept_in_order_and_of_equals_the_latest() =>
        Gen.Select(Gen.Int[1, 4].Array[1, 12], Gen.Int[0, 5], Gen.Int[0, 100]).Sample(
            (scores, recent, draw) =>
            {
                using var scope = NewDisposeScope();
                var best = 1 + (draw % scores.Length);
                var kept = RetentionChoice.Best(
                    tensor(Array.ConvertAll(scores, score => (float)score)).view(1, 1, -1), recent, best + recent);
                int[] expected =
                [
                    .. Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]).ThenByDescending(i => i).Take(best).Order(),
                    .. Enumerable.Range(scores.Length, recent),
                ];
                Assert.Equal(expected, Array.ConvertAll(kept.data<long>().ToArray(), slot => (int)slot));
            },
            iter: 100, threads: 1);
}
