namespace LlmEfficiency.Core.Tests.Settings;

internal sealed record DemoSource
{
    public required string Path { get; init; }

    public double Weight { get; init; } = 1;
}
