namespace LlmEfficiency.Core.Data;

/// <summary>Data ready for training.</summary>
/// <param name="Training">The sources with their weights, as <see cref="SampleStream"/> takes them.</param>
/// <param name="Validation">The documents that are held out; null if there are none.</param>
/// <param name="Remarks">What happened on the way that a user should know, one line each.</param>
public sealed record OpenedData(
    IReadOnlyList<(IDocumentSource Source, double Weight)> Training,
    IDocumentSource? Validation,
    IReadOnlyList<string> Remarks);
