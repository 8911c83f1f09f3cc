using System.Text.Json;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Runs;

public sealed class RunFolderTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    private string RunPath => _folder.File("run");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_can_be_opened_again_with_all_it_holds()
    {
        var manifest = Manifest("""{"lr":0.001,"data":{"path":"a<b>","shards":[1,2]}}""");
        using (var run = RunFolder.Create(RunPath, manifest))
        {
            run.Metrics.Append(1, [KeyValuePair.Create("loss", 2.0)]);
            run.Timings.Append(1, [KeyValuePair.Create("seconds", 3.0)]);
            run.Checkpoints.Save(1, writer => writer.Write("a", stream => stream.Write("b"u8)));
        }

        using var again = RunFolder.Open(RunPath);
        Assert.Empty(again.Manifest.Differences(manifest));
        Assert.Equal(manifest.Started, again.Manifest.Started);
        Assert.Equal(manifest.Machine, again.Manifest.Machine);
        Assert.Equal(1, again.Checkpoints.Latest()!.Step);
        Assert.Equal(2, Assert.Single(MetricLog.Read(again.MetricsPath)).Values["loss"]);
        Assert.Equal(3, Assert.Single(MetricLog.Read(again.TimingsPath)).Values["seconds"]);
        Assert.Contains("\"path\": \"a<b>\"", File.ReadAllText(Path.Join(RunPath, "run.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_never_begins_on_top_of_something()
    {
        Directory.CreateDirectory(RunPath);
        RunFolder.Create(RunPath, Manifest("{}")).Dispose();
        var problem = Assert.Throws<LlmEfficiencyException>(() => RunFolder.Create(RunPath, Manifest("{}")));
        Assert.Equal(ErrorKind.Input, problem.Kind);
        File.WriteAllText(_folder.File("file"), "x");
        Assert.Throws<LlmEfficiencyException>(() => RunFolder.Create(_folder.File("file"), Manifest("{}")));
    }

    [Fact]
    public void One_process_writes_a_run_and_others_may_look()
    {
        using (RunFolder.Create(RunPath, Manifest("{}")))
        {
            var problem = Assert.Throws<LlmEfficiencyException>(() => RunFolder.Open(RunPath));
            Assert.Contains("another process", problem.Message, StringComparison.Ordinal);
            RunFolder.Open(RunPath, readOnly: true).Dispose();
        }

        RunFolder.Open(RunPath).Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"kind":"train","settings":[],"code_version":"1","fingerprints":{},"machine":{},"started":"2026-01-02T12:00:00+00:00"}""")]
    [InlineData("""{"kind":null,"settings":{},"code_version":"1","fingerprints":{},"machine":{},"started":"2026-01-02T12:00:00+00:00"}""")]
    [InlineData("""{"kind":"t","settings":{},"code_version":"1","fingerprints":{"a":null},"machine":{},"started":"2026-01-02T12:00:00+00:00"}""")]
    public void A_damaged_description_is_refused_in_one_line_and_does_not_lock(string json)
    {
        RunFolder.Create(RunPath, Manifest("{}")).Dispose();
        File.WriteAllText(Path.Join(RunPath, "run.json"), json);
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var problem = Assert.ThrowsAny<LlmEfficiencyException>(() => RunFolder.Open(RunPath));
            Assert.Equal(ErrorKind.Input, problem.Kind);
            Assert.Contains("run.json", problem.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', problem.Message);
        }
    }

    [Fact]
    public void A_folder_without_a_run_is_refused() =>
        Assert.Contains("no run lies here", Assert.Throws<LlmEfficiencyException>(() => RunFolder.Open(RunPath)).Message, StringComparison.Ordinal);

    [Fact]
    public void Differences_name_every_setting_and_fingerprint_that_is_not_the_same()
    {
        var mine = Manifest("""{"lr":0.1,"data":{"paths":["a","b"],"empty":{}},"same":true}""");
        var other = Manifest("""{"lr":0.2,"data":{"paths":["a"],"empty":[]},"same":true,"more":null}""") with
        {
            Kind = "distill",
            CodeVersion = "2",
            Fingerprints = new Dictionary<string, string> { ["threads"] = "4" },
            Started = Noon.AddDays(1),
            Machine = new Dictionary<string, string>(),
        };
        Assert.Equal(
            [
                "code_version: \"1\" against \"2\"",
                "fingerprints.data: \"ab\" against nothing",
                "fingerprints.threads: \"2\" against \"4\"",
                "kind: \"train\" against \"distill\"",
                "settings.data.empty: {} against []",
                "settings.data.paths[1]: \"b\" against nothing",
                "settings.lr: 0.1 against 0.2",
                "settings.more: nothing against null",
            ],
            mine.Differences(other).Select(difference => difference.ToString()));
        Assert.Empty(mine.Differences(mine with { Started = Noon.AddDays(1) }));
    }

    [Fact]
    public void A_description_has_the_version_and_the_machine()
    {
        var manifest = RunManifest.Describe("train", Settings("{}"), new Dictionary<string, string>(), new FixedClock());
        Assert.Equal(Noon, manifest.Started);
        Assert.StartsWith("0.", manifest.CodeVersion, StringComparison.Ordinal);
        Assert.Equal($"{Environment.ProcessorCount}", manifest.Machine["logical_cores"]);
    }

    private static JsonElement Settings(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    private static RunManifest Manifest(string settings) => new()
    {
        Kind = "train",
        Settings = Settings(settings),
        CodeVersion = "1",
        Fingerprints = new Dictionary<string, string> { ["data"] = "ab", ["threads"] = "2" },
        Machine = new Dictionary<string, string> { ["processor"] = "a fast one" },
        Started = Noon,
    };

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Noon;
    }
}
