namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>SAM Decoding's constants.</summary>
public sealed record SamSettings
{
    /// <summary>Gets how long drafts are.</summary>
    public SamChainSettings Chain { get; init; } = new();

    /// <summary>Gets by how much a match in the static corpus must be longer than the one in the context (paper: 5 beside an auxiliary drafter, 0 alone).</summary>
    public int Bias { get; init; }

    /// <summary>Gets whether prompt and answer are looked in; without, the static corpus alone drafts (the paper's ablation).</summary>
    public bool UsesContext { get; init; } = true;

    /// <summary>Gets how many successors of a state a tree holds, and how many tokens at one depth (paper: 8).</summary>
    public int Successors { get; init; } = 8;

    /// <summary>Returns whether the static corpus drafts: where its match, less the bias, is longer; a tie goes to the context.</summary>
    /// <param name="dynamic">The length of the match in prompt and answer.</param>
    /// <param name="corpus">The length of the match in the corpus.</param>
    public bool UsesStatic(int dynamic, int corpus) => corpus - Bias > (UsesContext ? dynamic : 0);
}
