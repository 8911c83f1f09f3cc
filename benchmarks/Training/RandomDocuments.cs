using System.Globalization;
using LlmEfficiency.Core.Data;

namespace LlmEfficiency.Benchmarks.Training;

/// <summary>Documents of one length with random ids, all but the first of which are predicted.</summary>
/// <param name="vocabulary">The number of ids.</param>
/// <param name="length">The tokens of a document.</param>
internal sealed class RandomDocuments(int vocabulary, int length) : IDocumentSource
{
    private readonly bool[] _targets = [.. Enumerable.Range(0, length).Select(token => token > 0)];

    public string Name => "random ids";

    public long Count => 1 << 16;

    public string Fingerprint => string.Create(CultureInfo.InvariantCulture, $"random {vocabulary} {length}");

    public int? MaxLength => length;

    public TokenDocument Read(long index) => new(Ids((int)index, length, vocabulary), _targets);

    /// <summary>Returns ids, the same for the same seed.</summary>
    public static int[] Ids(int seed, int count, int vocabulary)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(vocabulary))];
    }
}
