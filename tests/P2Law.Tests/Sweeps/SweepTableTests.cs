using LlmEfficiency.P2Law.Plans;
using LlmEfficiency.P2Law.Sweeps;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.P2Law.Tests.Sweeps;

public sealed class SweepTableTests
{
    private static readonly string[] Asked = ["n0", "rho", "d", "l0", "loss", "method", "pruner", "run", "seed"];

    [Fact]
    public void A_run_has_a_row_for_each_loss_once_its_control_is_done()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("sweep.csv");
        SweepResult[] results = [Result("a", "none", 2.5), Result("a", "depth", 3.5), Result("b", "depth", 4.5)];
        Assert.Equal(4, SweepTable.Write(path, results));
        var lines = File.ReadAllLines(path).Select(line => line.Split(',')).ToArray();
        Assert.Equal(SweepTable.Names, lines[0]);
        Assert.Equal(["a-none", "a-none", "a-depth", "a-depth"], lines[1..].Select(line => line[0]));
        Assert.All(lines[1..], line => Assert.Equal("2.5", line[Array.IndexOf(lines[0], "l0")]));
        Assert.Equal(["3.25", "3.125"], lines[3..].Select(line => line[Array.IndexOf(lines[0], "loss")]));
        Assert.Equal(["100", "400"], lines[3..].Select(line => line[Array.IndexOf(lines[0], "d")]));
    }

    [Fact]
    public void The_columns_that_a_fit_asks_for_are_there() =>
        Assert.Empty(Asked.Except(SweepTable.Names));

    [Fact]
    public void Methods_of_one_pruner_have_its_name_in_common()
    {
        using var folder = new TemporaryFolder();
        SweepTable.Write(folder.File("t.csv"), [Result("a", "none", 1), Result("a", "2:4", 2) with { Pruner = "sparse" }, Result("a", "1:4", 3) with { Pruner = "sparse" }]);
        var lines = File.ReadAllLines(folder.File("t.csv")).Select(line => line.Split(',')).ToArray();
        var at = Array.IndexOf(lines[0], "pruner");
        Assert.Equal(["none", "none", "sparse", "sparse", "sparse", "sparse"], lines[1..].Select(line => line[at]));
    }

    [Fact]
    public void A_name_with_a_comma_is_quoted()
    {
        using var folder = new TemporaryFolder();
        SweepTable.Write(folder.File("t.csv"), [Result("a", "none", 1), Result("a", "depth, \"all\"", 2)]);
        Assert.Contains(",\"depth, \"\"all\"\"\",", File.ReadAllText(folder.File("t.csv")), StringComparison.Ordinal);
    }

    private static SweepResult Result(string one, string method, double before) => new()
    {
        Run = $"{one}-{method}",
        Base = one,
        Size = one,
        Seed = 1,
        Method = method,
        Settings = "",
        CodeVersion = "",
        ParametersBefore = 1000,
        ParametersAfter = 750,
        Rates = new PruningRates(0.25, 0.3, 0.4),
        LearningRate = 3e-4,
        LossBefore = before,
        Points = [new SweepPoint(100, before - 0.25, 1, 10), new SweepPoint(400, before - 0.375, 2, 20)],
    };
}
