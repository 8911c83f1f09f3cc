namespace LlmEfficiency.Core.Runs;

/// <summary>The names of numbers that reports know; others are drawn too, each in a chart of its own.</summary>
public static class MetricNames
{
    /// <summary>The mean loss of the step's tokens, in nats a token.</summary>
    public const string Loss = "loss";

    /// <summary>The mean loss of held-out text, in nats a token.</summary>
    public const string ValidationLoss = "validation_loss";

    /// <summary>The learning rate of the step.</summary>
    public const string LearningRate = "learning_rate";

    /// <summary>The norm of all gradients together, before clipping.</summary>
    public const string GradientNorm = "gradient_norm";

    /// <summary>The tokens trained on since the run began; the other x axis of a report.</summary>
    public const string Tokens = "tokens";

    /// <summary>The speed since the line before.</summary>
    public const string TokensPerSecond = "tokens_per_second";

    /// <summary>The first sample of the step's batch.</summary>
    public const string FirstSample = "first_sample";

    /// <summary>The first sample behind the step's batch.</summary>
    public const string NextSample = "next_sample";

    /// <summary>The tokens of the step that were predicted with loss.</summary>
    public const string Targets = "targets";

    /// <summary>1 where the step was left out because a number was not finite, else 0.</summary>
    public const string Skipped = "skipped";

    /// <summary>The seconds since the process began to train.</summary>
    public const string Seconds = "seconds";

    /// <summary>Gets the names that are written down to be looked up, not drawn.</summary>
    public static IReadOnlyCollection<string> Bookkeeping { get; } = [Tokens, FirstSample, NextSample, Targets, Skipped, Seconds];

    /// <summary>How the names of amounts of memory end; they share a chart.</summary>
    public const string BytesSuffix = "_bytes";

    /// <summary>How the name of a number's standard error ends, behind that of the number; it is drawn as a band.</summary>
    public const string ErrorSuffix = "_stderr";
}
