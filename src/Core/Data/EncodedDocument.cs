namespace LlmEfficiency.Core.Data;

/// <summary>A document in tokens, before it is cut to a length.</summary>
/// <param name="Tokens">All ids.</param>
/// <param name="Targets">Which ids are predicted with loss; null stands for all but the first.</param>
/// <param name="IsContinuous">
/// Whether a long document goes on in further windows; otherwise its end is cut off.
/// </param>
internal sealed record EncodedDocument(int[] Tokens, bool[]? Targets, bool IsContinuous)
{
    /// <summary>Returns whether any of the first ids is predicted with loss.</summary>
    public bool HasTarget(int length) =>
        Targets is null
            ? Math.Min(length, Tokens.Length) > 1
            : Targets.AsSpan(0, Math.Min(length, Targets.Length)).Contains(true);

    /// <summary>Returns the first ids as one document.</summary>
    public TokenDocument Begin(int length)
    {
        var taken = Math.Min(length, Tokens.Length);
        var targets = Targets ?? AllButFirst(taken);
        return new TokenDocument(Tokens.AsMemory(0, taken), targets.AsMemory(0, taken));
    }

    /// <summary>Returns marks that are all true but the first.</summary>
    public static bool[] AllButFirst(int length)
    {
        var targets = new bool[length];
        targets.AsSpan(Math.Min(1, length)).Fill(true);
        return targets;
    }
}
