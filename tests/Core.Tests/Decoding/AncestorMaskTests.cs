using CsCheck;
using LlmEfficiency.Core.Decoding;
using Xunit;

namespace LlmEfficiency.Core.Tests.Decoding;

public sealed class AncestorMaskTests
{
    private static readonly Gen<int[]> Forests =
        from count in Gen.Int[1, 20]
        from raw in Gen.Int[0, 1000].Array[count]
        select raw.Select((value, node) => (value % (node + 1)) - 1).ToArray();

    [Fact]
    public void A_token_sees_itself_and_the_chain_of_its_parents() =>
        Forests.Sample(parents =>
        {
            var mask = AncestorMask.FromParents(parents);
            for (var node = 0; node < parents.Length; node++)
            {
                var chain = new HashSet<int>();
                for (var ancestor = node; ancestor >= 0; ancestor = parents[ancestor])
                {
                    chain.Add(ancestor);
                }

                Assert.All(Enumerable.Range(0, parents.Length), key => Assert.Equal(chain.Contains(key), mask[node, key]));
            }
        });

    [Fact]
    public void A_parent_comes_before_its_child() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => AncestorMask.FromParents([-1, 1]));

    [Fact]
    public void A_token_that_does_not_see_itself_is_refused() =>
        Assert.Throws<ArgumentException>(() => AncestorMask.FromRelation(2, (query, key) => query > key));
}
