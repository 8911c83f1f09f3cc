namespace LlmEfficiency.SamDecoding.Recycling;

/// <summary>
/// The shape of a tree, Token Recycling's or EAGLE's: each node is one of the likeliest followers of the node above it, by rank. Nodes stand level by level.
/// </summary>
public sealed class RecyclingTemplate
{
    private const int MostRanks = 10;       // a rank is a digit of a path

    private readonly int[] _parents;
    private readonly int[] _ranks;

    /// <summary>Makes a shape.</summary>
    /// <param name="children">
    /// How many children a node has, by the ranks on the path to it: the empty text is the root, <c>"01"</c> the second follower of the first.
    /// </param>
    /// <exception cref="ArgumentException">A node is given children but is not there itself.</exception>
    public RecyclingTemplate(params ReadOnlySpan<(string Path, int Children)> children)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (path, count) in children)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(count is > 0 and <= MostRanks, true, nameof(children));
            counts.Add(path, count);
        }

        List<string> paths = [];
        List<int> parents = [];
        for (var (node, end) = (-1, 0); node < end; node++)
        {
            var path = node < 0 ? string.Empty : paths[node];
            for (var rank = 0; rank < counts.GetValueOrDefault(path); rank++, end++)
            {
                paths.Add($"{path}{(char)('0' + rank)}");
                parents.Add(node);
            }

            _ = counts.Remove(path);
        }

        if (counts.Count > 0)
        {
            throw new ArgumentException($"the tree has no node '{counts.Keys.First()}'", nameof(children));
        }

        (_parents, _ranks) = ([.. parents], [.. paths.Select(path => path[^1] - '0')]);
    }

    /// <summary>Gets the 80 nodes of the paper Token Recycling (Luo et al., 2024), six levels.</summary>
    public static RecyclingTemplate Eighty { get; } = new(
        ("", 8),
        ("0", 8), ("1", 4), ("2", 3), ("3", 2), ("4", 1), ("5", 1), ("6", 1), ("7", 1),
        ("00", 8), ("01", 3), ("02", 2), ("03", 1), ("04", 1), ("05", 1), ("06", 1), ("07", 1),
        ("10", 2), ("11", 1), ("20", 1), ("30", 1), ("40", 1), ("50", 1),
        ("000", 5), ("001", 2), ("002", 1), ("003", 1), ("004", 1), ("010", 1), ("020", 1), ("100", 1), ("200", 1), ("300", 1),
        ("0000", 3), ("0001", 1), ("0002", 1), ("0010", 1), ("0100", 1), ("1000", 1),
        ("00000", 2), ("00010", 1));

    /// <summary>Gets the 60 nodes that SAM Decoding uses beside its automata, five levels.</summary>
    public static RecyclingTemplate Sixty { get; } = new(
        ("", 7),
        ("0", 6), ("1", 5), ("2", 3), ("3", 2), ("4", 2), ("5", 1), ("6", 1),
        ("00", 3), ("01", 2), ("02", 2), ("03", 1), ("04", 1),
        ("10", 3), ("11", 2), ("12", 1), ("13", 1), ("20", 1), ("21", 1), ("30", 1), ("40", 1), ("50", 1),
        ("000", 2), ("001", 1), ("010", 1), ("100", 2), ("110", 1), ("200", 1),
        ("0000", 2), ("0010", 1), ("1000", 1));

    /// <summary>Gets the 25 nodes of EAGLE (Li et al., 2024), five levels.</summary>
    public static RecyclingTemplate TwentyFive { get; } = new(
        ("", 4), ("0", 3), ("1", 2), ("2", 2), ("3", 1), ("00", 3), ("01", 2), ("02", 2), ("10", 1), ("000", 3), ("0000", 2));

    /// <summary>Gets the parent of each node, −1 for the root.</summary>
    public IReadOnlyList<int> Parents => _parents;

    /// <summary>Gets which follower of its parent each node is, from 0.</summary>
    public IReadOnlyList<int> Ranks => _ranks;
}
