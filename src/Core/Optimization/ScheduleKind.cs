namespace LlmEfficiency.Core.Optimization;

/// <summary>The form of a learning-rate schedule behind its warm-up.</summary>
public enum ScheduleKind
{
    /// <summary>Half a period of a cosine.</summary>
    Cosine,

    /// <summary>Stays at the peak, then falls in a line (warm-up, stable, decay).</summary>
    Wsd,

    /// <summary>Falls in a line from the peak.</summary>
    Linear,

    /// <summary>Stays at the peak.</summary>
    Constant,
}
