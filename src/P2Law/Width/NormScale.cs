namespace LlmEfficiency.P2Law.Width;

/// <summary>What becomes of the gains of RMS norms, whose mean of squares is over fewer channels once some are gone.</summary>
public enum NormScale
{
    /// <summary>They stay: Minitron's way.</summary>
    Plain,

    /// <summary>They are multiplied by √(d/d') and the norms' constant by d/d': exact where the channels that go are zero.</summary>
    Sqrt,

    /// <summary>They are multiplied by the ratio of the root mean squares of kept and of all channels, as the texts have it.</summary>
    Calibrated,
}
