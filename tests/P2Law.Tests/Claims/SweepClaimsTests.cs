using System.Text.Json;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Claims;
using LlmEfficiency.P2Law.Sweeps;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.P2Law.Tests.Claims;

public sealed class SweepClaimsTests
{
    private const double FirstPower = 0.025118864315095794; // 1e4^-0.4

    // Smaller models lie higher: T1 is planted.
    private static double Scale(double size) => 10 * Math.Sqrt(1e5 / size);

    [Fact]
    public void T1_falls_and_slopes_are_those_of_the_formula_and_smaller_models_fall_faster()
    {
        var depth = Method(SweepRows.Claims(SweepRows.Lines(Scale)), "depth");
        Assert.Equal([1, 2, 3], depth.Falls.Select(level => level.Level));
        foreach (var level in depth.Falls)
        {
            Assert.Equal((-1, 1), (level.FallTrend, level.SlopeTrend));
            Assert.Equal(["0.1m", "0.2m", "0.4m"], level.Sizes.Select(size => size.Size));
            foreach (var size in level.Sizes)
            {
                var height = Scale(size.Parameters) * Math.Pow(size.Rate, 1.5);
                Assert.Equal(height * FirstPower * (1 - Math.Pow(32, -0.4)), size.Fall, 1e-12);
                // Least squares at equal distances h in ln D: sum (k - 2.5) y_k / (17.5 h).
                var sum = SweepRows.Tokens.Select((tokens, at) => (at - 2.5) * Math.Pow(tokens, -0.4)).Sum();
                Assert.Equal(height * sum / (17.5 * Math.Log(2)), size.Slope!.Value, 1e-12);
                Assert.Equal((1e4, 3.2e5, 1), (size.FirstTokens, size.LastTokens, size.Runs));
            }
        }

        var opposite = Method(SweepRows.Claims(SweepRows.Lines(size => Math.Sqrt(size / 1e3))), "width");
        Assert.All(opposite.Falls, level => Assert.Equal((1, -1), (level.FallTrend, level.SlopeTrend)));
    }

    [Fact]
    public void T2_finds_the_planted_power_of_the_rate_and_prefers_it_to_the_odds()
    {
        var claims = SweepRows.Claims(SweepRows.Lines(Scale, seeds: 2));
        foreach (var name in new[] { "depth", "width" })
        {
            var method = Method(claims, name);
            Assert.All(method.Powers, size => Assert.Equal(1.5, size.Rate!.Value.Slope, 1e-9));
            Assert.All(method.Powers, size => Assert.Equal((3, 6, 0), (size.Rates, size.Runs, size.LeftOut)));
            Assert.Equal(1, method.WorstRateR2!.Value, 1e-9);
            Assert.InRange(method.WorstOddsR2!.Value, 0.9, 0.9999);
            Assert.All(method.Powers, size => Assert.InRange(size.Odds!.Value.Slope, 0.8, 1.4));
        }

        var single = Method(claims, "2:4");
        Assert.All(single.Powers, size => Assert.Null(size.Rate));
        Assert.Null(single.WorstRateR2);
    }

    [Fact]
    public void T3_finds_diminishing_returns_and_the_planted_exponent_in_both_halves()
    {
        var returns = Method(SweepRows.Claims(SweepRows.Lines(Scale)), "depth").Returns;
        Assert.Equal((9, 9, 9, 9, 9), (returns.Judged, returns.Falling, returns.Convex, returns.Both, returns.Strict));
        Assert.Equal(0.4, returns.FirstExponent!.Value, 1e-9);
        Assert.Equal(0.4, returns.SecondExponent!.Value, 1e-9);
    }

    [Fact]
    public void T3_tells_noise_from_curves_that_bend_down_or_rise()
    {
        // Losses of a smooth curve, a little up and down; a curve that falls faster and faster; one that rises.
        double Change(string run, double tokens) => run switch
        {
            "100000-depth-0.24-1" => 6e-5 * Math.Cos(Math.PI * Math.Log2(tokens / 1e4)),
            "100000-depth-0.47-1" => -4e-4 * Math.Pow(Math.Log(tokens / 1e4), 2),
            "200000-depth-0.12-1" => 0.05 * Math.Log(tokens / 1e4),
            _ => 0,
        };
        var returns = Method(SweepRows.Claims(SweepRows.Lines(_ => 0.4, change: Change)), "depth").Returns;
        var noisy = returns.Runs.Single(run => run.Run == "100000-depth-0.24-1");
        Assert.Equal((true, true, false), (noisy.IsFalling, noisy.IsConvex, noisy.IsStrict));
        var bent = returns.Runs.Single(run => run.Run == "100000-depth-0.47-1");
        Assert.Equal((true, false, false), (bent.IsFalling, bent.IsConvex, bent.IsStrict));
        Assert.Null(bent.SecondExponent); // it ends below L0
        Assert.NotNull(bent.FirstExponent);
        var rising = returns.Runs.Single(run => run.Run == "200000-depth-0.12-1");
        Assert.Equal((false, true), (rising.IsFalling, rising.IsConvex));
        Assert.Equal((9, 8, 8, 7), (returns.Judged, returns.Falling, returns.Convex, returns.Both));
    }

    [Fact]
    public void Controls_drift_runs_end_below_L0_and_seeds_deviate_as_planted()
    {
        var lines = SweepRows.Lines(Scale, seeds: 3, change: (run, tokens) => run == "200000-width-0.5-2" && tokens > 3e5 ? -5 * 0.3 : 0);
        var claims = SweepRows.Claims(lines);
        Assert.Equal(9, claims.Controls.Count);
        Assert.All(claims.Controls, control => Assert.Equal(-0.01 * Math.Log(32), control.Drift, 1e-9));
        Assert.All(claims.Controls, control => Assert.Equal(control.Drift, control.LastExcess, 1e-9));
        Assert.Equal("200000-width-0.5-2", Assert.Single(Method(claims, "width").BelowBase));
        Assert.Empty(Method(claims, "depth").BelowBase);
        Assert.Equal(3 * (1 + 3 + 3 + 1), claims.Deviations.Count);
        foreach (var cell in claims.Deviations.Where(cell => cell.Method != "width"))
        {
            Assert.Equal((0.01, 0.01, 0), (Math.Round(cell.Loss, 9), Math.Round(cell.BaseLoss, 9), Math.Round(cell.Excess, 9)));
            Assert.Equal(3, cell.Seeds);
        }

        Assert.Equal(1.5 / Math.Sqrt(3), claims.Deviations.Single(cell => cell is { Method: "width", Level: 3, Size: "0.2m" }).Excess, 1e-9);
    }

    [Fact]
    public void Methods_are_compared_at_the_nearest_rate_and_at_tokens_that_both_have()
    {
        var claims = SweepRows.Claims(SweepRows.Lines(Scale, seeds: 2).Where(line => !line.Contains("-width-", StringComparison.Ordinal) || !line.Contains(",320000,", StringComparison.Ordinal)));
        var pair = claims.Comparisons.Single(one => (one.First, one.Second) == ("depth", "width"));
        Assert.Equal((9, 9, 0), (pair.Cells.Count, pair.FirstWins, pair.SecondWins));
        Assert.All(pair.Cells, cell => Assert.Equal((1.6e5, 2), (cell.Tokens, cell.Seeds)));
        Assert.All(pair.Cells, cell => Assert.Equal(
            Scale(cell.Parameters) * Math.Pow(cell.FirstRate, 1.5) * Math.Pow(1.6e5, -0.4), cell.FirstExcess, 1e-9));
        Assert.All(pair.Cells, cell => Assert.Equal(0, cell.Deviation!.Value, 1e-9));
        // 2:4 has one rate, 0.45: beside depth's 0.47 and width's 0.5, and beside no other.
        var sparse = claims.Comparisons.Single(one => (one.First, one.Second) == ("depth", "2:4"));
        Assert.Equal((3, 0, 3), (sparse.Cells.Count, sparse.FirstWins, sparse.SecondWins));
        Assert.All(sparse.Cells, cell => Assert.Equal(0.47, cell.FirstRate, 1e-9));
    }

    // Each seed has its own texts: its tokens are a few more or less.
    [Fact]
    public void Seeds_are_compared_at_tokens_of_their_own()
    {
        var lines = SweepRows.Lines(Scale, seeds: 2).Select(line => line.StartsWith("2,", StringComparison.Ordinal)
            ? line.Replace(",320000,", ",320100,", StringComparison.Ordinal).Replace(",10000,", ",10100,", StringComparison.Ordinal) : line);
        var pair = SweepRows.Claims(lines).Comparisons.Single(one => (one.First, one.Second) == ("depth", "width"));
        Assert.Equal(9, pair.Cells.Count);
        Assert.All(pair.Cells, cell => Assert.Equal((320_050, 2), (cell.Tokens, cell.Seeds)));
    }

    [Fact]
    public void The_order_of_rows_and_columns_and_columns_that_are_not_asked_for_do_not_matter()
    {
        var lines = SweepRows.Lines(Scale, seeds: 2);
        var random = new Random(5);
        int[] columns = [.. Enumerable.Range(0, 10).OrderBy(_ => random.Next())];
        IEnumerable<string> changed = lines.Skip(1).GroupBy(line => line.Split(',')[1]).SelectMany(run => run.OrderBy(_ => random.Next())).Prepend(lines[0])
            .Select(line => string.Join(',', columns.Select(at => line.Split(',')[at]))).ToArray();
        Assert.Equal(Json(SweepRows.Claims(lines)), Json(SweepRows.Claims(changed)));
        Assert.NotEqual(lines, changed);
    }

    [Fact]
    public void Families_are_examined_apart()
    {
        string[] lines =
        [
            .. SweepRows.Lines(Scale).Select((line, at) => line + (at == 0 ? ",family" : ",llama")),
            .. SweepRows.Lines(size => 2 * Scale(size)).Skip(1).Select(line => InGpt(line)),
        ];
        var claims = SweepRows.Claims(lines);
        Assert.Equal(["llama depth", "llama width", "llama 2:4", "gpt depth", "gpt width", "gpt 2:4"], claims.Methods.Select(method => $"{method.Family} {method.Method}"));
        Assert.Equal(2 * claims.Methods[0].Falls[0].Sizes[0].Fall, claims.Methods[3].Falls[0].Sizes[0].Fall, 1e-12);
        Assert.All(claims.Comparisons, pair => Assert.True(pair.Cells.Count > 0));
        Assert.Equal(6, claims.Comparisons.Count);
    }

    [Theory]
    [InlineData(",loss", ",losses", "there is no column 'loss'")]
    [InlineData("1,100000-depth-0.12-1,x,0.1m,depth,100000,0.12,10000,", "1,100000-depth-0.12-1,x,0.1m,depth,100000,0.13,10000,", "a run has one size")]
    [InlineData("100000,0.12,20000,", "100000,0.12,10000,", "the same d")]
    [InlineData("100000,0.12,20000,", "100000,1.12,20000,", "allowed is a rate from 0 to below 1")]
    [InlineData("100000,0.12,20000,", "100000,0.12,-1,", "allowed is a number above 0")]
    public void A_table_that_is_none_of_a_sweep_is_refused(string from, string to, string said)
    {
        string[] lines = [.. SweepRows.Lines(Scale).Select(line => line.Replace(from, to, StringComparison.Ordinal))];
        var problem = Assert.Throws<LlmEfficiencyException>(() => SweepRows.Claims(lines));
        Assert.Contains(said, problem.Message, StringComparison.Ordinal);
        Assert.Contains("sweep.csv", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_committed_quick_sweep_says_what_its_rows_say()
    {
        var path = Path.Join(Repository.Root, "reproduce", "p2-law", "results", "quick-text.csv");
        var claims = SweepClaims.Read(path);
        var loss = Array.IndexOf(File.ReadLines(path).First().Split(','), "loss");
        string[][] rows = [.. File.ReadLines(path).Skip(1).Select(line => line.Split(','))];
        Assert.Equal((rows.Length, rows.Select(row => row[0]).Distinct().Count()), (claims.Rows, claims.Runs));
        string[][] run = [.. rows.Where(row => row[0] == "0.10m-width-0.25-s1")];
        var size = Method(claims, "width").Falls.Single(level => level.Level == 2).Sizes.Single(one => one.Size == "0.10m");
        Assert.Equal(Loss(run[0]) - Loss(run[^1]), size.Fall, 1e-12);
        string[][] control = [.. rows.Where(row => row[0] == "0.23m-none-s1")];
        Assert.Equal(Loss(control[^1]) - Loss(control[0]), claims.Controls.Single(one => one.Size == "0.23m").Drift, 1e-12);
        Assert.Equal(MeasuredRun.Control, SweepMethod.Control);

        double Loss(string[] row) => double.Parse(row[loss], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static MethodClaims Method(SweepClaims claims, string name) => claims.Methods.Single(method => method.Method == name);

    // Names of runs are those of one table: another family has other names.
    private static string InGpt(string line)
    {
        var cells = line.Split(',');
        cells[1] = $"gpt-{cells[1]}";
        return string.Join(',', cells) + ",gpt";
    }

    private static string Json(SweepClaims claims) => JsonSerializer.Serialize(claims, ClaimsJson.Default.SweepClaims);
}
