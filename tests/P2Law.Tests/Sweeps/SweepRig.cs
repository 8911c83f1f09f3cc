using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.Core.Training;
using LlmEfficiency.P2Law.Calibration;
using LlmEfficiency.P2Law.Pruning;
using LlmEfficiency.P2Law.Sweeps;
using LlmEfficiency.Testing;

namespace LlmEfficiency.P2Law.Tests.Sweeps;

/// <summary>A sweep whose models have a few thousand parameters and whose runs have a dozen steps.</summary>
internal sealed class SweepRig : IDisposable
{
    private readonly TemporaryFolder _work = new();

    public SweepRig()
    {
        var texts = _work.File("texts.txt");
        File.WriteAllText(texts, string.Join('\n', Enumerable.Range(0, 200).Select(line => $"line {line} has the number {line * 7 % 31} in it")));
        Settings = new SweepSettings
        {
            Data = new DataSettings
            {
                Sources = [new SourceSettings { Kind = "text", Paths = [texts], Separator = "\n" }],
                SequenceLength = 48,
                ValidationFraction = 0.1,
            },
            Sizes = [new SweepSize { Name = "tiny", HiddenSize = 16, Layers = 4, Heads = 2 }],
            BaseTokens = 1920,
            Training = new OptimizationSettings { TokensPerStep = 96, VirtualShards = 1, LearningRate = 3e-3 },
            PostTraining = new SweepPostTraining { Tokens = 1152, Evaluations = 4, Documents = 8 },
            Checkpoints = new CheckpointSettings { Every = 4, Keep = 1, KeepBest = false },
            Methods =
            [
                new SweepMethod { Name = "depth", Rates = [0.2, 0.4], Pruning = new PruningSettings { Calibration = Calibration } },
                new SweepMethod { Name = "2:4", Pruning = new PruningSettings { Method = "sparse", Calibration = Calibration } },
            ],
        };
    }

    public static CalibrationSettings Calibration { get; } = new() { Samples = 4, Length = 32 };

    public SweepSettings Settings { get; set; }

    public string Folder(string name) => _work.File(name);

    /// <summary>Runs a sweep, or goes on with it, until its end or a number of training steps.</summary>
    public SweepOutcome Run(string name, int stopAfter = int.MaxValue, int workers = 1, List<string>? warnings = null)
    {
        var steps = 0;
        using var sweep = SweepRun.Open(Settings, Folder(name), TimeProvider.System);
        return sweep.Execute(
            workers, () => Interlocked.Increment(ref steps) > stopAfter ? StopReason.Terminate : null, _ => { }, text => warnings?.Add(text));
    }

    /// <summary>Returns the table without what depends on the clock and the machine's memory.</summary>
    public string[] Rows(string name) => Stable(File.ReadAllLines(Path.Join(Folder(name), "sweep.csv")));

    public static string[] Stable(string[] lines) => [.. lines.Select(line => string.Join(',', line.Split(',')[..^2]))];

    /// <summary>Returns the values of a column by the run.</summary>
    public IReadOnlyList<(string Run, string Value)> Column(string name, string column)
    {
        var lines = Rows(name).Select(line => line.Split(',')).ToArray();
        var at = Array.IndexOf(lines[0], column);
        return [.. lines.Skip(1).Select(line => (line[0], line[at]))];
    }

    public void Dispose() => _work.Dispose();
}
