using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Optimization;
using LlmEfficiency.Core.Training;

namespace LlmEfficiency.Benchmarks.Training;

/// <summary>A step of this project's trainer: gradient, clipping, AdamW.</summary>
internal sealed class TrainerContender : IContender
{
    private readonly TrainingModel _model;
    private readonly Trainer _trainer;

    /// <summary>Makes model and threads.</summary>
    /// <param name="size">The model and the batch.</param>
    /// <param name="precision">fp32 or bf16.</param>
    /// <param name="shards">The virtual shards; null for those that settings have by default.</param>
    /// <param name="threads">The threads.</param>
    public TrainerContender(TrainingSize size, string precision, int? shards, int threads)
    {
        Name = NameOf(precision, shards);
        Work = size.Step;
        var defaults = new OptimizationSettings();
        var settings = defaults with
        {
            Steps = long.MaxValue,
            TokensPerStep = size.Tokens,
            VirtualShards = shards ?? defaults.VirtualShards,
            LearningRate = PlainContender.LearningRate,
            Schedule = ScheduleKind.Constant,
            WarmupSteps = 0,
            Precision = precision,
        };
        var stream = new SampleStream([(new RandomDocuments(size.Config.VocabularySize, size.Length), 1)], seed: 1);
        _model = new TrainingModel(size.Config, ComputeDevice.Cpu, ElementTypes.Parse(precision, ComputeDevice.Cpu));
        _model.Initialise(seed: 1);
        _trainer = new Trainer(_model, stream, settings, threads);
    }

    public string Name { get; }

    public Workload Work { get; }

    /// <summary>Returns the name of a contender.</summary>
    public static string NameOf(string precision, int? shards) =>
        shards is null ? $"trainer-{precision}" : $"trainer-{precision}-{shards}-shards";

    public void Run()
    {
        var report = _trainer.Step();
        if (report.Tokens != Work.Tokens)
        {
            throw new InvalidOperationException($"{Name}: a step had {report.Tokens} tokens, the rate is taken from {Work.Tokens}");
        }
    }

    public void Dispose()
    {
        _trainer.Dispose();
        _model.Dispose();
    }
}
