using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Optimization;
using LlmEfficiency.Core.Settings;
using LlmEfficiency.Core.Training;
using LlmEfficiency.Crash;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Training;

public sealed class RunSettingsTests
{
    [Fact]
    public void Settings_are_read_as_they_were_written()
    {
        using var folder = new TemporaryFolder();
        var settings = TinyTraining.Prepare(folder.File("inputs")) with { Description = "größer, \"quoted\"" };
        settings = settings with
        {
            Training = settings.Training with
            {
                Schedule = ScheduleKind.Wsd,
                NonFinite = NonFinitePolicy.Skip,
                ClipNorm = null,
                LearningRate = 1e-3 / 3,
                Seed = ulong.MaxValue,
                Precision = "bf16",
            },
            Evaluation = new EvaluationSettings { Patience = 2, MinImprovement = 0.1 },
        };
        TinyTraining.Write(folder.File("settings.json"), settings);
        var read = SettingsFile.Read(folder.File("settings.json"), [], TrainingJson.Default.RunSettings);
        Assert.Equal(Text(settings), Text(read));
        Assert.Equal((settings.Training, settings.Model), (read.Training, read.Model));
        Assert.Contains("\"wsd\"", Text(settings), StringComparison.Ordinal);
        Assert.Contains("\"skip\"", Text(settings), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_file_leaves_out_has_its_default_and_an_override_wins()
    {
        var read = SettingsFile.Parse(
            "s", """{"training":{"steps":7}}"""u8.ToArray(), ["training.schedule=constant", "training.clip_norm=null"],
            TrainingJson.Default.RunSettings);
        Assert.Equal(new OptimizationSettings { Steps = 7, Schedule = ScheduleKind.Constant, ClipNorm = null }, read.Training);
        Assert.Equal(new CheckpointSettings(), read.Checkpoints);
    }

    public static TheoryData<string, RunSettings> Impossible => new()
    {
        { "kind is 'grpo'", Tiny with { Kind = "grpo" } },
        { "model.tokenizer is null", Tiny with { Model = new ModelSettings() } },
        { "model.heads is 5", Tiny with { Model = Tiny.Model with { Heads = 5 } } },
        { "data.sources is empty", Tiny with { Data = new() } },
        { "training.steps is 0", With(new OptimizationSettings { Steps = 0 }) },
        { "training.virtual_shards is 0", With(new OptimizationSettings { VirtualShards = 0 }) },
        { "training.tokens_per_step is 7", With(new OptimizationSettings { TokensPerStep = 7 }) },
        { "training.initial_deviation is 0", With(new OptimizationSettings { InitialDeviation = 0 }) },
        { "training.learning_rate is NaN", With(new OptimizationSettings { LearningRate = double.NaN }) },
        { "training.final_share is 1.5", With(new OptimizationSettings { FinalShare = 1.5 }) },
        { "training.beta1 is 1", With(new OptimizationSettings { Beta1 = 1 }) },
        { "training.beta2 is NaN", With(new OptimizationSettings { Beta2 = double.NaN }) },
        { "training.epsilon is 0", With(new OptimizationSettings { Epsilon = 0 }) },
        { "training.clip_norm is 0", With(new OptimizationSettings { ClipNorm = 0 }) },
        { "training.precision is fp16", With(new OptimizationSettings { Precision = "fp16" }) },
        { "training.max_skips is -1", With(new OptimizationSettings { MaxSkips = -1 }) },
        { "evaluation: every is -1", Tiny with { Evaluation = new EvaluationSettings { Every = -1 } } },
        { "evaluation: every is 200 (0 or more), documents 0", Tiny with { Evaluation = new EvaluationSettings { Documents = 0 } } },
        { "checkpoints: every is 500 (0 or more), keep is 0", Tiny with { Checkpoints = new CheckpointSettings { Keep = 0 } } },
        { "logging.every is 0", Tiny with { Logging = new LoggingSettings { Every = 0 } } },
    };

    [Theory]
    [MemberData(nameof(Impossible), DisableDiscoveryEnumeration = true)]
    public void A_setting_that_cannot_work_is_named(string problem, RunSettings settings)
    {
        Tiny.Validate();
        var error = Assert.Throws<LlmEfficiencyException>(settings.Validate);
        Assert.Equal(ErrorKind.Configuration, error.Kind);
        Assert.StartsWith(problem, error.Message);
    }

    private static RunSettings Tiny { get; } = new()
    {
        Model = new ModelSettings { Tokenizer = "t" },
        Data = new() { Sources = [new() { Paths = ["a"] }] },
    };

    private static RunSettings With(OptimizationSettings training) => Tiny with { Training = training };

    private static string Text(RunSettings settings) => SettingsText.ToElement(settings, TrainingJson.Default.RunSettings).GetRawText();
}
