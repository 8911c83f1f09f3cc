namespace LlmEfficiency.Core.Pickle;

/// <summary>
/// A container that a pickle builds. Its depth and size are counted as it grows, so that nobody need walk it.
/// </summary>
internal abstract class PickleNode
{
    /// <summary>Gets the number of containers on the longest way down, this one included.</summary>
    public int Depth { get; private set; } = 1;

    /// <summary>Gets how many values a full walk would meet; shared ones count each time.</summary>
    public long Size { get; private set; } = 1;

    /// <summary>
    /// Gets whether another container holds this one, after which it may no longer grow: no cycle can form.
    /// </summary>
    public bool IsHeld { get; private set; }

    /// <summary>Counts a value that is about to be put in.</summary>
    protected void Hold(object? value)
    {
        if (value is PickleNode node)
        {
            node.IsHeld = true;
            Depth = Math.Max(Depth, node.Depth + 1);
            Size += node.Size;
        }
        else
        {
            Size++;
        }
    }
}
