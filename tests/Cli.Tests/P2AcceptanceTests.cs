using System.Globalization;
using System.Text.Json;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Cli.Tests;

/// <summary>Pruning, fitting and planning with real models and measurements, as a user has them.</summary>
public sealed class P2AcceptanceTests : IDisposable
{
    private const string Embedded = "llmeff-tiny";
    private const string Stories = "weights/tinystories-656k";      // lies beside the project
    private const string Points = "scaling/chinchilla_svg_extracted_data.csv";
    private const string Curves = "scaling/deepmind_dense.csv";

    private static readonly string[] Measured = ["perplexity", "original"];
    private static readonly double[] Beside = [0.999, 1.001];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> Prunings => new()
    {
        { Embedded, "depth --layers 1" }, { Embedded, "width --rate 0.2" }, { Embedded, "sparse" },
        { Stories, "depth --layers 1" }, { Stories, "width --rate 0.2" }, { Stories, "sparse" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Prunings))]
    public async Task A_trained_model_is_pruned_generates_and_is_verified_against_what_it_was(string name, string method)
    {
        var (model, texts, pruned) = (name == Embedded ? name : SharedData.Require(name), _folder.File("texts.txt"), _folder.File("pruned"));
        await File.WriteAllLinesAsync(
            texts, Enumerable.Range(0, 100).Select(day => $"On day {day} Tom and Lily went to the park. They saw a big dog and were happy."), TestContext.Current.CancellationToken);
        var report = await Json(["prune", .. method.Split(' '), model, "--data", texts, "--samples", "8", "--length", "64", "--out", pruned, "--json"]);
        Assert.InRange(report.GetProperty("rates").GetProperty("total").GetDouble(), 0.1, 0.5);
        var made = await Json("generate", "Once upon a time", "--model", pruned, "--greedy", "-n", "8", "--json");
        Assert.InRange(made.GetProperty("token_ids").GetArrayLength(), 1, 8);
        var check = await Json("model", "verify", pruned, "--against", model, "--data", texts, "--limit", "1", "--json");
        Assert.Empty(check.GetProperty("problems").EnumerateArray());
        double[] perplexities = [.. Measured.Select(name => check.GetProperty("perplexity").GetProperty(name).GetDouble())];
        Assert.All(perplexities, perplexity => Assert.InRange(perplexity, 1, 1e6));
        Assert.NotEqual(perplexities[0], perplexities[1]);
    }

    [Fact]
    public async Task Published_points_and_curves_are_fitted_as_published()
    {
        // Besiroglu et al.; the starts of their grid that are tried here suffice for the best of them.
        var points = await Constants(
            SharedData.Require(Points), "--objective", "lse-huber", "--n", "Model Size", "--flops", "Training FLOP", "--drop-highest", "5", "--starts", "200");
        Assert.Equal(1.8172, points["E"], 1e-4);
        Assert.Equal(0.3473, points["alpha"], 1e-4);
        Assert.Equal(0.3672, points["beta"], 1e-4);

        // All 200 losses of DeepMind's dense models, by least squares.
        var curves = await Constants(
            SharedData.Require(Curves), "--run", "1", "--n", "2", "--d", "3", "--loss", "4", "--n-unit", "M", "--d-unit", "B");
        Assert.Equal(1.0398, curves["E"], 1e-4);
        Assert.Equal(0.1536, curves["alpha"], 1e-4);
        Assert.Equal(0.2417, curves["beta"], 1e-4);
    }

    [Fact]
    public async Task The_sweep_that_is_committed_is_fitted_and_plans_are_made_of_it()
    {
        var (table, fit) = (Path.Join(Repository.Root, "reproduce", "p2-law", "results", "quick-text.csv"), _folder.File("fit.json"));
        await Json("p2", "fit", table, "--n", "n0", "--d", "d", "--rho", "rho", "--l0", "l0", "--run", "run", "--method", "method", "--bootstrap", "20", "--out", fit, "--json");
        string[] model = [fit, "--group", "depth", "--n0", "230000", "--rho", "0.25", "--l0", "1.5"];
        var plan = (await Json(["p2", "plan", .. model, "--slope", "1e-7", "--json"]))[0];
        var tokens = plan.GetProperty("tokens").GetDouble();
        Assert.True(tokens > 0);

        // The loss falls by the slope a token there, as a difference of predictions says.
        string[] places = [.. Beside.Select(factor => (factor * tokens).ToString("R", CultureInfo.InvariantCulture))];
        var losses = (await Json(["p2", "predict", .. model, "--tokens", .. places, "--json"])).EnumerateArray().Select(at => at.GetProperty("loss").GetDouble()).ToArray();
        Assert.Equal(1e-7, (losses[0] - losses[1]) / (0.002 * tokens), 1e-10);
    }

    private static async Task<Dictionary<string, double>> Constants(string table, params string[] options)
    {
        var fit = await Json(["p2", "fit", table, "--law", "chinchilla", .. options, "--bootstrap", "0", "--json"]);
        return fit.GetProperty("fits")[0].GetProperty("constants").EnumerateArray()
            .ToDictionary(constant => constant.GetProperty("name").GetString()!, constant => constant.GetProperty("prediction_value").GetDouble());
    }

    private static async Task<JsonElement> Json(params string[] args)
    {
        var run = await Llmeff.RunAsync(args);
        Assert.True(run.ExitCode == 0, run.Error);
        return JsonSerializer.Deserialize<JsonElement>(run.Output);
    }
}
