namespace LlmEfficiency.Fuzz.Targets;

/// <summary>Settings with a key of every sort.</summary>
public sealed record FuzzedSettings
{
    /// <summary>Gets what must be there.</summary>
    public required string Name { get; init; }

    /// <summary>Gets what may be null.</summary>
    public int? Count { get; init; } = 3;

    /// <summary>Gets a number.</summary>
    public double Rate { get; init; } = 0.5;

    /// <summary>Gets one of some words.</summary>
    public DayOfWeek Day { get; init; } = DayOfWeek.Friday;

    /// <summary>Gets a list.</summary>
    public IReadOnlyList<FuzzedSettings> Parts { get; init; } = [];

    /// <summary>Gets values of any key.</summary>
    public IReadOnlyDictionary<string, bool> Flags { get; init; } = new Dictionary<string, bool>();
}
