using System.Globalization;
using LlmEfficiency.P2Law.Cards;
using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Fitting;
using LlmEfficiency.P2Law.Inference;
using LlmEfficiency.P2Law.Laws;
using LlmEfficiency.P2Law.Reporting;
using LlmEfficiency.P2Law.Validation;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.P2Law.Tests.Validation;

/// <summary>What a fit says of itself, in its file and in its tables.</summary>
public sealed class FitRunTests : IDisposable
{
    private static readonly string[] Without = ["p2-no-n0", "p2-no-rho", "p2-no-d", "p2-no-l0"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tables_have_the_Huber_loss_AICc_and_intervals_of_what_was_kept_back()
    {
        var file = Fit(Planted.Rows(checkpoints: 5, noise: 0.003), HoldOut.All, Without);
        var card = Assert.Single(file.Fits);
        var agreement = FitTables.Agreement(file, card);
        Assert.Equal(FitTables.Number(card.Metrics.Huber), Cell(agreement, "fitted", "mean Huber"));
        Assert.Equal(FitTables.Number(card.Metrics.Aicc), Cell(agreement, "fitted", "AICc"));
        Assert.Equal("–", Cell(agreement, "held out: rate", "AICc")); // no constants were fitted to these rows
        Assert.All(agreement, row => Assert.Equal(agreement[0].Length, row.Length));

        var kept = FitTables.HeldOut(file, card);
        Assert.Equal([.. HoldOut.All.Select(way => way.Name)], kept.Skip(1).Select(row => row[0]));
        Assert.All(kept, row => Assert.Equal(kept[0].Length, row.Length));
        Assert.Equal(("6 of 7", "7 of 7"), (Cell(kept, "size", "rank"), Cell(kept, "tokens", "rank")));
        Assert.Contains("alpha", Cell(kept, "size", "not determined"), StringComparison.Ordinal);
        var rate = card.HoldOuts.Single(held => held.Name == "rate").Intervals!;
        Assert.Equal(FormattableString.Invariant($"{100 * rate.Covered:0.##} % of 15"), Cell(kept, "rate", "in the 95 % interval"));
        Assert.Equal(FitTables.Number(rate.MeanWidth), Cell(kept, "rate", "mean width (nats)"));
        Assert.Contains(FitTables.Notes(file, card), note => note.StartsWith("held out size: without these rows the rank is 6 of 7", StringComparison.Ordinal));
        Assert.Equal((3e9, 0.35), (rate.Rows.Max(row => row.Size), rate.Rows.Max(row => row.Rate)));

        var laws = FitTables.Comparison(card);
        Assert.All(laws, row => Assert.Equal(laws[0].Length, row.Length));
        foreach (var law in Without)
        {
            var other = card.Comparison.Single(one => one.Law == law);
            Assert.Equal(FitTables.Number(other.Metrics!.Aicc), Cell(laws, law, "AICc"));
            Assert.Equal(FitTables.Number(other.Metrics.Huber), Cell(laws, law, "mean Huber"));
            Assert.Equal(FitTables.Number(other.HoldOuts[2].Metrics!.Rmse), Cell(laws, law, "RMSE, rate"));
            Assert.True(other.Metrics.Aicc > card.Metrics.Aicc, law);
        }
    }

    [Fact]
    public void A_file_comes_back_with_its_intervals_and_the_short_one_has_no_repeated_fits()
    {
        var file = Fit(Planted.Rows(checkpoints: 5, noise: 0.003), [HoldOut.Find("rate")], []);
        var back = FitFiles.Parse("fit.json", System.Text.Encoding.UTF8.GetBytes(FitFiles.ToJson(file)));
        Assert.Equal(FitFiles.ToJson(file), FitFiles.ToJson(back));
        Assert.Equal(15, back.Fits[0].HoldOuts[0].Intervals!.Rows.Count);
        Assert.DoesNotContain("\"draws\"", FitFiles.ToShortJson(file), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_drawn_follows_from_the_number_of_runs_and_is_told()
    {
        var few = Fit(Planted.Rows(checkpoints: 4, noise: 0.003), [], []);
        Assert.Equal(BootstrapKind.Wild, few.Fits[0].Bootstrap!.Kind);
        Assert.Equal("95 % by residuals of runs", FitTables.Constants(few, few.Fits[0])[0][2]);
        Assert.Contains("there are 9 runs, fewer than 20: intervals are by residuals of runs (--draw wild)", FitTables.Notes(few, few.Fits[0]));
        var many = Fit(Planted.Rows(checkpoints: 4, noise: 0.003, seeds: 3), [], []);
        Assert.Equal(BootstrapKind.Runs, many.Fits[0].Bootstrap!.Kind);
        Assert.Equal("95 % by runs", FitTables.Constants(many, many.Fits[0])[0][2]);
        Assert.Empty(FitTables.Notes(many, many.Fits[0]));
        var asked = Fit(Planted.Rows(checkpoints: 4, noise: 0.003), [], [], BootstrapKind.Runs);
        Assert.Contains("intervals by draws of runs are too short", FitTables.Notes(asked, asked.Fits[0])[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Draws_that_lack_a_size_are_counted_and_left_out()
    {
        LawObservation[] rows =
        [
            .. Planted.Rows(sizes: [0.5], checkpoints: 8, noise: 0.003),
            .. Planted.Rows(sizes: [1.5], rates: [0.25], checkpoints: 8, noise: 0.003, seed: 1),
            .. Planted.Rows(sizes: [3], rates: [0.35], checkpoints: 8, noise: 0.003, seed: 2),
        ];
        var file = Fit(rows, [], [], BootstrapKind.Runs);
        var record = file.Fits[0].Bootstrap!;
        Assert.InRange(record.Deficient, 1, 19);
        Assert.Equal(record.Asked, record.Draws!.Count + record.Deficient + record.TooFew);
        Assert.Contains(
            FormattableString.Invariant($"{record.Deficient} of 20 repeated fits lack a size or a rate that all rows have, and do not count"),
            FitTables.Notes(file, file.Fits[0]));
    }

    [Fact]
    public void A_single_rate_that_grows_with_the_size_leaves_beta_alone()
    {
        var file = Fit(Planted.Drifting([0.25], checkpoints: 8), [HoldOut.Find("rate")], []);
        var quoted = file.Fits[0].Constants.Where(constant => constant.Value is not null).Select(constant => constant.Name);
        Assert.Equal("beta", Assert.Single(quoted)); // all others change with gamma
        Assert.Contains(FitTables.Notes(file, file.Fits[0]), note => note.Contains("--fix gamma=0", StringComparison.Ordinal));
    }

    private static string Cell(IReadOnlyList<string[]> table, string row, string column) =>
        table.Single(cells => cells[0] == row)[Array.IndexOf(table[0], column)];

    private FitFile Fit(LawObservation[] rows, IReadOnlyList<HoldOut> ways, string[] rivals, BootstrapKind? kind = null)
    {
        var path = _folder.File("rows.csv");
        File.WriteAllLines(path, rows.Select(row => string.Create(
                CultureInfo.InvariantCulture, $"{row.Run},{row.Point.Size * 1e9:R},{row.Point.Rate:R},{row.Point.BaseLoss:R},{row.Point.Tokens * 1e9:R},{row.Loss:R}"))
            .Prepend("run,n0,rho,l0,tokens,loss"));
        var request = new FitRequest
        {
            Law = Planted.Law,
            Columns = Planted.Columns,
            Settings = new FitSettings { SizeUnit = 1e9, TokenUnit = 1e9 },
            Bootstrap = new BootstrapSettings { Draws = 20, Kind = kind },
            HoldOuts = ways,
            Rivals = [.. rivals.Select(LawList.Find)],
        };
        return FitRun.Execute(request, path, cancellation: TestContext.Current.CancellationToken);
    }
}
