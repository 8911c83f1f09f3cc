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

    /// <summary>How the names of amounts of memory end; they share a chart.</summary>
    public const string BytesSuffix = "_bytes";
}
