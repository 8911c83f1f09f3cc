using System.ComponentModel;

namespace LlmEfficiency.Core.Tests.Settings;

/// <summary>Settings of every kind that the room reads.</summary>
internal sealed record DemoSettings
{
    public string Kind { get; init; } = "demo";

    public string? Description { get; init; }

    [Description("Which model is trained.")]
    public required string Model { get; init; }

    public DemoTraining Training { get; init; } = new() { Steps = 500 };

    public DemoData Data { get; init; } = new();

    public DemoTraining? Warmup { get; init; }

    public DemoPair? Pair { get; init; }

    /// <summary>Gets what no text sets.</summary>
    public int Computed => Training.Steps * 2;
}
