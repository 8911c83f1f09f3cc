using CsCheck;
using LlmEfficiency.SamDecoding.Automata;
using Xunit;

namespace LlmEfficiency.SamDecoding.Tests.Automata;

public sealed class EdgeBlocksTests
{
    [Fact]
    public void Blocks_hold_what_dictionaries_hold() => Gen.Select(Gen.Int[1, 8], Gen.Int[2, 4_000], Gen.UInt).Sample(
        (most, tokens, seed) =>
        {
            var random = new Random((int)seed);
            using var blocks = new EdgeBlocks();
            List<(int Block, Dictionary<int, int> Twin)> all = [];
            for (var step = 0; step < 1_500; step++)
            {
                var (first, second, number) = (random.Next(tokens), random.Next(tokens), random.Next(Math.Max(all.Count, 1)));
                if (all.Count < most && (all.Count == 0 || random.Next(40) == 0) && first != second)
                {
                    var isCopy = all.Count > 0 && random.Next(2) == 0;
                    all.Add(isCopy
                        ? (blocks.Copy(all[number].Block), new Dictionary<int, int>(all[number].Twin))
                        : (blocks.Create(new Edge(first, step), new Edge(second, step)), new Dictionary<int, int> { [first] = step, [second] = step }));
                }
                else if (all.Count > 0)
                {
                    var (block, twin) = all[number];
                    Assert.Equal(twin.GetValueOrDefault(first, -1), blocks.Find(block, first));
                    Assert.Equal(twin.ContainsKey(first), blocks.Redirect(block, new Edge(first, twin.GetValueOrDefault(first, 5)), step));
                    Assert.False(blocks.Redirect(block, new Edge(first, step + 1), 7));
                    all[number] = (twin.ContainsKey(first) ? block : blocks.Add(block, new Edge(first, step)), twin);
                    twin[first] = step;
                }
            }

            foreach (var (block, twin) in all)
            {
                Assert.Equal(twin.Count, blocks.Count(block));
                Assert.Equal(
                    twin.OrderBy(pair => pair.Key).Select(pair => new Edge(pair.Key, pair.Value)),
                    blocks[block].OrderBy(edge => edge.Token));
            }
        },
        iter: 60);
}
