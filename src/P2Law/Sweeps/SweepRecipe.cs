using LlmEfficiency.Core.Optimization;
using LlmEfficiency.Core.Training;
using LlmEfficiency.P2Law.Pruning;

namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>
/// The settings of each training run of a sweep. Bases end on a decayed rate, post-training goes on with that rate, and each run's losses
/// are of the same documents: so that the control stays near the base's loss, and no loss is one of a warm-up.
/// </summary>
public static class SweepRecipe
{
    private const int BaseWarmupParts = 20; // a twentieth of the steps
    private const int BaseEvaluations = 10;
    private const long LinesPerRun = 50;

    /// <summary>Returns how a base is trained.</summary>
    /// <param name="settings">The sweep.</param>
    /// <param name="one">The base.</param>
    /// <param name="tokenizer">The folder of its tokenizer.</param>
    public static RunSettings OfBase(SweepSettings settings, SweepBase one, string tokenizer)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(one);
        var size = one.Size;
        var steps = Steps(size.Tokens ?? settings.BaseTokens, settings);
        return new RunSettings
        {
            Description = $"base {one.Name}",
            Model = new ModelSettings
            {
                Tokenizer = tokenizer,
                HiddenSize = size.HiddenSize,
                InnerSize = size.Inner,
                Layers = size.Layers,
                Heads = size.Heads,
                KeyValueHeads = size.Heads,
                ContextLength = settings.Data.SequenceLength,
            },
            Data = settings.Data with { Seed = one.Seed },
            Training = settings.Training with
            {
                Steps = steps,
                WarmupSteps = Math.Max(1, steps / BaseWarmupParts),
                LearningRate = size.LearningRate ?? settings.Training.LearningRate,
                Seed = one.Seed,
                InitialDeviation = 1 / Math.Sqrt(size.HiddenSize),
            },
            Evaluation = new EvaluationSettings { Every = Math.Max(1, steps / BaseEvaluations), Documents = settings.PostTraining.Documents },
            Checkpoints = settings.Checkpoints,
            Logging = new LoggingSettings { Every = Math.Max(1, steps / LinesPerRun) },
        };
    }

    /// <summary>Returns how a pruned model is trained.</summary>
    /// <param name="settings">The sweep.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="model">The folder of the pruned model; of the control, that of the base.</param>
    /// <param name="teacher">The folder of the base.</param>
    public static RunSettings OfCell(SweepSettings settings, SweepCell cell, string model, string teacher)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(cell);
        var post = settings.PostTraining;
        var (steps, perStep) = (Steps(post.Tokens, settings), settings.Training.TokensPerStep);
        var warmup = Math.Max(1, (long)Math.Round(steps * post.WarmupShare));
        return new RunSettings
        {
            Description = $"post-training of {cell.Name}",
            Model = new ModelSettings { From = model },
            Data = settings.Data with { Seed = PostTrainingSeed(cell.Base.Seed) },
            Training = settings.Training with
            {
                Steps = steps,
                Schedule = ScheduleKind.Constant,
                WarmupSteps = warmup,
                LearningRate = Rate(settings, cell.Base.Size),
                Seed = cell.Base.Seed,
                PreserveSparsity = cell.Method?.IsSparse ?? false,
            },
            Distillation = post.DistillationWeight is > 0 and { } weight ? new DistillationSettings { Teacher = teacher, Weight = weight } : null,
            Evaluation = new EvaluationSettings
            {
                Every = 0,
                AtStart = true,
                LogSpaced = new LogSpacedSettings { From = 2 * warmup * perStep, To = steps * perStep, Count = post.Evaluations },
                Documents = post.Documents,
            },
            Checkpoints = settings.Checkpoints,
            Logging = new LoggingSettings { Every = Math.Max(1, steps / LinesPerRun) },
        };
    }

    /// <summary>Returns how a base is pruned.</summary>
    /// <param name="cell">The cell; not the control.</param>
    /// <param name="texts">The file of texts to take where the settings name none.</param>
    public static PruningSettings OfPruning(SweepCell cell, string texts)
    {
        ArgumentNullException.ThrowIfNull(cell);
        var pruning = cell.Method!.Pruning;
        var calibration = pruning.Calibration;
        return pruning with
        {
            Rate = cell.Rate ?? pruning.Rate,
            Calibration = calibration with { Data = calibration.Data.Count > 0 ? calibration.Data : [texts], Seed = cell.Base.Seed },
        };
    }

    /// <summary>Returns the learning rate of post-training: the one that the base ended with, if no other is wanted.</summary>
    public static double Rate(SweepSettings settings, SweepSize size)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(size);
        var training = settings.Training;
        var share = training.Schedule == ScheduleKind.Constant ? 1 : training.FinalShare;
        return settings.PostTraining.LearningRate ?? ((size.LearningRate ?? training.LearningRate) * share);
    }

    // Documents come in another order than the base saw them in.
    private static ulong PostTrainingSeed(ulong seed) => seed + 0x1_0000_0000;

    private static long Steps(long tokens, SweepSettings settings) =>
        (tokens + settings.Training.TokensPerStep - 1) / settings.Training.TokensPerStep;
}
