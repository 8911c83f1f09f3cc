using LlmEfficiency.SamDecoding.Recycling;
using Xunit;

namespace LlmEfficiency.SamDecoding.Tests.Recycling;

public sealed class RecyclingTemplateTests
{
    [Fact]
    public void The_published_trees_have_the_published_levels()
    {
        Assert.Equal([8, 21, 25, 15, 8, 3], Levels(RecyclingTemplate.Eighty));
        Assert.Equal([7, 20, 21, 8, 4], Levels(RecyclingTemplate.Sixty));
    }

    [Fact]
    public void Nodes_stand_level_by_level_and_siblings_by_rank()
    {
        var template = new RecyclingTemplate(("", 3), ("1", 2), ("10", 1), ("2", 1));
        Assert.Equal([-1, -1, -1, 1, 1, 2, 3], template.Parents);
        Assert.Equal([0, 1, 2, 0, 1, 0, 0], template.Ranks);
    }

    [Fact]
    public void Children_of_a_node_that_is_not_there_are_refused() =>
        Assert.Contains("'20'", Assert.Throws<ArgumentException>(() => new RecyclingTemplate(("", 2), ("20", 1))).Message, StringComparison.Ordinal);

    private static IEnumerable<int> Levels(RecyclingTemplate template)
    {
        var depths = new int[template.Parents.Count];
        for (var node = 0; node < depths.Length; node++)
        {
            depths[node] = template.Parents[node] < 0 ? 1 : depths[template.Parents[node]] + 1;
        }

        return depths.GroupBy(depth => depth).OrderBy(level => level.Key).Select(level => level.Count());
    }
}
