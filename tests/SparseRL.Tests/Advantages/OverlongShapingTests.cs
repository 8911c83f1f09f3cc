using LlmEfficiency.SparseRL.Advantages;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Advantages;

public sealed class OverlongShapingTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(80, 0)]
    [InlineData(81, -0.1)]
    [InlineData(90, -1)]
    [InlineData(100, -2)]
    [InlineData(130, -2)]
    public void The_penalty_grows_over_the_buffer(int length, double penalty) =>
        Assert.Equal(penalty, OverlongShaping.Penalty(length, most: 100, buffer: 20, factor: 2), 12);

    [Fact]
    public void Without_a_length_the_buffer_is_a_fifth()
    {
        Assert.Equal(-0.5, new OverlongSettings { Enable = true }.Penalty(90, 100), 12);
        Assert.Equal(-0.5, new OverlongSettings { Enable = true, Len = 200 }.Penalty(50, 100), 12);     // no longer than the limit
        Assert.Equal(0, new OverlongSettings().Penalty(100, 100));
    }
}
