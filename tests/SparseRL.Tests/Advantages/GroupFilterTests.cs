using LlmEfficiency.SparseRL.Advantages;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Advantages;

public sealed class GroupFilterTests
{
    [Fact]
    public void Groups_of_equal_rewards_are_dropped() =>
        Assert.Equal([1, 4], GroupFilter.Kept([[0, 0], [0, 1], [1, 1, 1], [1], [0.1, 0.1, 0.2], []]));
}
