using System.Collections;

namespace LlmEfficiency.Core.Caching;

/// <summary>For each sequence, the most slots that it fills in any layer.</summary>
internal sealed class LongestLengths(LayerGroup[] groups) : IReadOnlyList<int>
{
    public int Count => groups[0].Lengths.Count;

    public int this[int sequence] => groups.Max(group => group.Lengths[sequence]);

    public IEnumerator<int> GetEnumerator() => Enumerable.Range(0, Count).Select(sequence => this[sequence]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
