using LlmEfficiency.Core.Data;

namespace LlmEfficiency.Core.Tests.Evaluation;

/// <summary>Documents in memory, every token but the first a target.</summary>
internal sealed class ListedDocuments(params int[][] documents) : IDocumentSource
{
    public string Name => "listed";

    public long Count => documents.Length;

    public string Fingerprint => "0";

    public TokenDocument Read(long index) =>
        new(documents[index], Enumerable.Range(0, documents[index].Length).Select(at => at > 0).ToArray());
}
