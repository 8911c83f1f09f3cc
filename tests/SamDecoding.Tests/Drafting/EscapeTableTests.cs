using LlmEfficiency.SamDecoding.Drafting;
using Xunit;

namespace LlmEfficiency.SamDecoding.Tests.Drafting;

public sealed class EscapeTableTests
{
    [Fact]
    public void What_is_learned_is_the_share_that_was_seen()
    {
        var table = new EscapeTable();
        for (var index = 0; index < 40_000; index++)
        {
            table.Learn(length: 3, degree: 2, total: 6, isNew: index % 10 < 3);
        }

        Assert.Equal(0.3, table.Escape(3, 2, 6), 0.01);
        Assert.NotEqual(0.3, table.Escape(3, 2, 2), 0.01);
    }

    [Fact]
    public void Later_observations_count_more()
    {
        var table = new EscapeTable();
        for (var index = 0; index < 40_000; index++)
        {
            table.Learn(1, 1, 1, isNew: index >= 20_000);
        }

        Assert.InRange(table.Escape(1, 1, 1), 0.9, 1);
    }

    [Fact]
    public void Every_context_has_a_probability_and_longer_and_surer_ones_escape_less_at_first()
    {
        var table = new EscapeTable();
        foreach (var length in (int[])[1, 2, 3, 4, 5, 7, 8, 15, 16, 31, 32, 1000])
        {
            Assert.InRange(table.Escape(length, 1, 1), 0.001, 0.999);
            Assert.InRange(table.Escape(length, 500, 100_000), 0.001, 0.999);
            Assert.True(table.Escape(length, 1, 1) >= table.Escape(length + 1, 1, 1));
            Assert.True(table.Escape(length, 1, 1) >= table.Escape(length, 1, 20));
        }
    }
}
