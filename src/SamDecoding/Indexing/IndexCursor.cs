namespace LlmEfficiency.SamDecoding.Indexing;

/// <summary>
/// The longest suffix of a stream of tokens that occurs in a segment: a node, or a place on an edge behind one. A value:
/// keeping an old one is a rollback. The default is the empty string, which belongs to every segment.
/// </summary>
/// <param name="Node">The last node on the way to the string.</param>
/// <param name="Target">The node that the edge leads to; -1 if it leads to the end of a document.</param>
/// <param name="Offset">How many tokens lie behind the node; 0 at it.</param>
/// <param name="Rest">How many tokens are left of the edge.</param>
/// <param name="Length">The length of the suffix.</param>
/// <param name="End">Where in the text the first occurrence of the suffix ends.</param>
public readonly record struct IndexCursor(uint Node, int Target, int Offset, int Rest, int Length, int End)
{
    /// <summary>A <see cref="Target"/>: the end of a document.</summary>
    public const int DocumentEnd = -1;

    /// <summary>Gets whether one token at most follows, the next of the edge.</summary>
    public bool IsOnEdge => Offset > 0;
}
