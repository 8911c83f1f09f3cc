using LlmEfficiency.Fuzz;
using Xunit;

namespace LlmEfficiency.Core.Tests.Fuzzing;

/// <summary>A small slice of the fuzz run; <c>dotnet run --project tests/Fuzz -c Release</c> runs it in full.</summary>
public sealed class FuzzSliceTests
{
    private const int Slice = 300;

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Hostile_input_is_read_or_refused(string name)
    {
        var target = FuzzTargets.All.Single(target => target.Name == name);
        var result = FuzzRun.Run(target, seed: 2, first: 0, Slice);
        Assert.Empty(result.Findings);
        Assert.True(result.Refused > 0, "nothing was refused: the reader checks nothing, or nothing was damaged");
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void The_undamaged_seeds_are_read(string name) =>
        Assert.All(FuzzTargets.All.Single(target => target.Name == name).Seeds, seed =>
            Assert.Null(Record.Exception(() => FuzzTargets.All.Single(target => target.Name == name).Read([.. seed]))));

    [Fact]
    public void A_crash_is_a_finding_that_can_be_repeated()
    {
        var target = new FuzzTarget("demo", 1, [[1, 2, 3]], _ => throw new InvalidOperationException("boom"), []);
        var result = FuzzRun.Run(target, seed: 5, first: 7, count: 1);
        Assert.StartsWith(
            "demo --seed 5 --index 7: System.InvalidOperationException: boom\n   at ", Assert.Single(result.Findings).ReplaceLineEndings("\n"));
        Assert.Equal(Mutator.Mutate(target, 5, 7), Mutator.Mutate(target, 5, 7));
    }
}
