namespace LlmEfficiency.Core.Tests.Settings;

internal sealed record DemoData
{
    public IReadOnlyList<DemoSource> Sources { get; init; } = [];

    public IReadOnlyDictionary<string, double> Limits { get; init; } = new Dictionary<string, double>();

    public IReadOnlyList<string> Tags { get; init; } = [];
}
