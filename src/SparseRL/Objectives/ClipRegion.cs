namespace LlmEfficiency.SparseRL.Objectives;

/// <summary>Which bound of a surrogate holds.</summary>
public enum ClipRegion
{
    /// <summary>None: the gradient flows.</summary>
    None,

    /// <summary>The ratio is below 1 − low and the advantage negative.</summary>
    Low,

    /// <summary>The ratio is above 1 + high and the advantage positive.</summary>
    High,

    /// <summary>The ratio is above c and the advantage negative (dual clip).</summary>
    Dual,
}
