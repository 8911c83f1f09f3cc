namespace LlmEfficiency.SamDecoding.Indexing;

/// <summary>What is known of a node before it is written.</summary>
internal struct FrozenNode
{
    /// <summary>The address of a node that is not written: the end of one document.</summary>
    public const uint NotWritten = uint.MaxValue;

    /// <summary>The state of the automaton.</summary>
    public int State;

    /// <summary>Where its first occurrence ends.</summary>
    public int FirstEnd;

    /// <summary>How many documents end with it; then, how often it occurs.</summary>
    public int Count;

    /// <summary>How many edges are too long for their field; then, the address.</summary>
    public uint Address;
}
