namespace LlmEfficiency.Core.Runs;

/// <summary>One thing in which two runs differ.</summary>
/// <param name="Key">Where: <c>kind</c>, <c>code_version</c>, <c>settings.a.b[0]</c> or <c>fingerprints.data</c>.</param>
/// <param name="Mine">The value in the first run, as JSON; null if it has none.</param>
/// <param name="Other">The value in the other run, as JSON; null if it has none.</param>
public sealed record ManifestDifference(string Key, string? Mine, string? Other)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Key}: {Mine ?? "nothing"} against {Other ?? "nothing"}";
}
