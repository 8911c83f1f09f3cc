using System.Globalization;
using System.Text.Json;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Cli.Tests;

public sealed class P2Tests : IDisposable
{
    private static readonly string[] Methods = ["depth", "width"];

    private static readonly double[] Rates = [0.15, 0.25, 0.35];

    private static readonly double[] Tokens = [0.1, 0.2, 0.3, 0.4, 0.5];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_table_becomes_a_fit_a_prediction_a_plan_and_a_page()
    {
        var fit = await Fit();
        var constants = fit.GetProperty("fits")[0].GetProperty("constants").EnumerateArray()
            .ToDictionary(constant => constant.GetProperty("name").GetString()!, constant => constant.GetProperty("value").GetDouble());
        Assert.Equal((-1.2, 0.45), (Math.Round(constants["gamma"], 3), Math.Round(constants["beta"], 3)));
        Assert.False(fit.GetProperty("fits")[0].GetProperty("bootstrap").TryGetProperty("draws", out _));
        string[] model = [_folder.File("fit.json"), "--group", "depth", "--n0", "1.5e9", "--rho", "0.25", "--l0", "2.4"];
        var predicted = Parse(await Run(["p2", "predict", .. model, "--tokens", "1e8", "4e8", "--json"]));
        Assert.Equal(Loss(1.5, 0.25, 2.4, 0.1), predicted[0].GetProperty("loss").GetDouble(), 1e-3);
        Assert.Equal(2, predicted.GetArrayLength());
        var plan = Parse(await Run(["p2", "plan", .. model, "--target-loss", "2.7", "--json"]))[0];
        Assert.Equal(2.7, Loss(1.5, 0.25, 2.4, plan.GetProperty("tokens").GetDouble() / 1e9), 1e-3);
        var never = await Run(["p2", "plan", .. model, "--target-loss", "2.41"]);
        Assert.Contains("infeasible", never, StringComparison.Ordinal);
        Assert.Contains("asymptote", never, StringComparison.Ordinal);
        var choice = Parse(await Run(
            "p2", "plan", _folder.File("fit.json"), "--group", "width", "--final-size", "1.2e9", "--candidate", "1.5e9=2.4", "--candidate", "3e9=2.3",
            "--compute", "1e18", "--json"));
        Assert.Equal(2, choice.GetProperty("candidates").GetArrayLength());
        var table = await Run("p2", "plan", _folder.File("fit.json"), "--group", "width", "--final-size", "1.2e9", "--tokens", "1e9", "--out", _folder.File("plan.html"));
        Assert.Contains("the second is", table, StringComparison.Ordinal); // 1.5e9 and 3e9, the sizes of the table that are larger
        Assert.DoesNotContain("5e+8 ", table, StringComparison.Ordinal);
        Assert.Contains("(best)", await File.ReadAllTextAsync(_folder.File("plan.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await Run(["p2", "plan", .. model, "--slope", "1e-10", "-o", _folder.File("plan.html")]);
        Assert.Contains("dot: the plan", await File.ReadAllTextAsync(_folder.File("plan.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await Run("p2", "report", _folder.File("fit.json"), "--out", _folder.File("fit.html"));
        Assert.Contains("depth: Curves", await File.ReadAllTextAsync(_folder.File("fit.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("bnsl", await Run("p2", "laws"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fit_for_a_person_quotes_only_what_the_rows_determine()
    {
        await Write(sizes: [0.5, 1.5]);
        var text = await Run(Command("--bootstrap", "0", "--hold-out", "all"));
        Assert.Matches("alpha +not identifiable", text);
        Assert.Contains("note: the rows have 2 sizes", text, StringComparison.Ordinal);
        Assert.Contains("held out: rolling-rate", text, StringComparison.Ordinal);
        Assert.Matches("size +1 +[0-9] of 7", text);
        Assert.Contains("2 sizes, 3 rates of a size", text, StringComparison.Ordinal);
        Assert.Contains("note: --run is not given: rows of equal N, rho and L0 are taken for one run, 6 runs of 60 rows", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_row_may_be_a_run_and_the_number_of_runs_decides_what_is_drawn()
    {
        await Write([0.5, 1.5, 3]);
        var few = Parse(await Run(Command("--method", "method", "--bootstrap", "2", "--json"))).GetProperty("fits")[0];
        Assert.Equal((9, "wild"), (few.GetProperty("range").GetProperty("runs").GetInt32(), few.GetProperty("bootstrap").GetProperty("kind").GetString()));
        var each = Parse(await Run(Command("--method", "method", "--run", "each-row", "--bootstrap", "2", "--json"))).GetProperty("fits")[0];
        Assert.Equal((45, "runs"), (each.GetProperty("range").GetProperty("runs").GetInt32(), each.GetProperty("bootstrap").GetProperty("kind").GetString()));
    }

    [Fact]
    public async Task What_cannot_be_fitted_is_told_in_one_line()
    {
        var fit = await Fit();
        Assert.NotEqual(default, fit);
        await Fails(1, "is no law", "p2", "fit", _folder.File("rows.csv"), "--law", "nope", "--n", "n0", "--d", "tokens");
        await Fails(1, "needs --rho", "p2", "fit", _folder.File("rows.csv"), "--n", "n0", "--d", "tokens");
        await Fails(1, "has no constant 'x'", Command("--fix", "x=1"));
        await Fails(1, "is no NAME=VALUE", Command("--fix", "alpha"));
        await Fails(1, "a Huber loss is no likelihood", Command("--objective", "huber", "--profile"));
        await Fails(2, "there is no column 'runs': did you mean 'run'?", Command("--run", "runs"));
        await Fails(2, "cannot be read", "p2", "fit", _folder.File("none.csv"), "--law", "chinchilla", "--n", "n0", "--d", "tokens");
        await Fails(2, "no file of fits", "p2", "predict", _folder.File("x.json"), "--tokens", "1");
        await Fails(1, "choose with --group", "p2", "predict", _folder.File("fit.json"), "--tokens", "1e9");
        await Fails(1, "the law p2 needs --n0", "p2", "predict", _folder.File("fit.json"), "--group", "depth", "--tokens", "1e9");
        await Fails(1, "one question", "p2", "plan", _folder.File("fit.json"), "--group", "depth", "--slope", "1", "--compute", "1");
        await Fails(1, "belong together", "p2", "plan", _folder.File("fit.json"), "--group", "depth", "--fraction", "0.5");
        string[] plan = ["p2", "plan", _folder.File("fit.json"), "--group", "depth"];
        await Fails(3, "--slope is -1: allowed is a number above 0", [.. plan, "--n0", "1e9", "--slope", "-1"]);
        await Fails(1, "--candidate belongs to --final-size", [.. plan, "--candidate", "3e9=2", "--tokens", "1e9"]);
        await Fails(1, "--data belongs to --final-size", [.. plan, "--data", "x.csv", "--tokens", "1e9"]);
        await Fails(1, "--rho describes one model", [.. plan, "--final-size", "1e9", "--rho", "0.5", "--tokens", "1e9"]);
        await Fails(1, "needs a budget", [.. plan, "--final-size", "1e9", "--slope", "1"]);
        await Fails(2, "no size is above 4E+09 parameters: name models with --candidate", [.. plan, "--final-size", "4e9", "--tokens", "1e9"]);
        await Fails(3, "--rho is 1.5", "p2", "predict", _folder.File("fit.json"), "--group", "depth", "--rho", "1.5", "--tokens", "1e9");
        await Fails(3, "--level is 2", Command("--level", "2"));
        await Fails(6, "cannot be written", Command("--bootstrap", "0", "--out", _folder.File("none/fit.json")));
    }

    [Fact]
    public async Task A_printed_fit_plans_without_intervals_and_says_why()
    {
        await Write([0.5, 1.5, 3]);
        var printed = await Run(Command("--method", "method", "--run", "run", "--bootstrap", "3", "--draw", "wild", "--json"));
        await File.WriteAllTextAsync(_folder.File("printed.json"), printed, TestContext.Current.CancellationToken);
        var text = await Run(
            "p2", "plan", _folder.File("printed.json"), "--group", "depth", "--n0", "1.5e9", "--rho", "0.25", "--l0", "2.4", "--tokens", "1e9");
        Assert.Contains("note: no intervals: the 3 repeated fits are left out of what 'p2 fit --json' prints", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_claims_of_a_sweep_are_tables_or_JSON()
    {
        var sweep = Path.Join(Repository.Root, "reproduce", "p2-law", "results", "quick-text.csv");
        var text = await Run("p2", "claims", sweep);
        foreach (var part in new[] { "T1:", "T2:", "T3:", "Control:", "nats a token", "Noise: standard deviation over seeds behind the last tokens\nnone" })
        {
            Assert.Contains(part, text.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        }

        Assert.Matches(@"depth +width +9 +9 +0", text);
        var json = Parse(await Run("p2", "claims", sweep, "--json"));
        Assert.Equal((240, 24), (json.GetProperty("rows").GetInt32(), json.GetProperty("runs").GetInt32()));
        Assert.Equal(3, json.GetProperty("methods").GetArrayLength());
        await Write([0.5]);
        await Fails(2, "there is no column 'size'", "p2", "claims", _folder.File("rows.csv"));
    }

    private static double Loss(double size, double rate, double baseLoss, double tokens) => baseLoss + (Math.Pow(rate, 1.2) * Math.Pow(size, -0.15)
        * ((0.5 * Math.Pow(size, -0.3)) + (0.12 * Math.Pow(tokens, -0.45)) + 0.6));

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    private static async Task<string> Run(params string[] args)
    {
        var run = await Llmeff.RunAsync(args);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return run.Output;
    }

    private static async Task Fails(int code, string said, params string[] args)
    {
        var run = await Llmeff.RunAsync(args);
        Assert.Equal((code, ""), (run.ExitCode, run.Output));
        Assert.Contains(said, Assert.Single(run.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    private string[] Command(params string[] more) =>
    [
        "p2", "fit", _folder.File("rows.csv"), "--n", "n0", "--d", "tokens", "--rho", "rho", "--l0", "l0", "--n-unit", "B", "--d-unit", "1e9", .. more,
    ];

    private async Task<JsonElement> Fit()
    {
        await Write([0.5, 1.5, 3]);
        await File.WriteAllTextAsync(_folder.File("x.json"), "{}", TestContext.Current.CancellationToken);
        return Parse(await Run(Command("--method", "method", "--run", "run", "--bootstrap", "5", "--draw", "wild", "--json", "--out", _folder.File("fit.json"))));
    }

    private Task Write(double[] sizes) => File.WriteAllLinesAsync(
        _folder.File("rows.csv"),
        [
            "method,run,n0,rho,l0,tokens,loss",
            .. from method in Methods
               from size in sizes
               from rate in Rates
               from tokens in Tokens
               select string.Create(
                   CultureInfo.InvariantCulture,
                   $"{method},{size}-{rate},{size * 1e9},{rate},{2.5 - (0.1 * size)},{tokens * 1e9},{Loss(size, rate, 2.5 - (0.1 * size), tokens):R}"),
        ],
        TestContext.Current.CancellationToken);
}
