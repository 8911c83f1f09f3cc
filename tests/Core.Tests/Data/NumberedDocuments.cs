using LlmEfficiency.Core.Data;

namespace LlmEfficiency.Core.Tests.Data;

/// <summary>Documents of given lengths; every token tells which document of which source it is from.</summary>
internal sealed class NumberedDocuments(string name, IReadOnlyList<int> lengths, int first = 0) : IDocumentSource
{
    public string Name => name;

    public long Count => lengths.Count;

    public string Fingerprint => $"{name} {first} {string.Join(' ', lengths)}";

    public TokenDocument Read(long index)
    {
        var tokens = Enumerable.Repeat(first + (int)index, lengths[(int)index]).ToArray();
        return new TokenDocument(tokens, tokens.Select((_, i) => i > 0 && i % 3 != 2).ToArray());
    }
}
