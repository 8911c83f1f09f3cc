namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>When SAM Decoding drafts and when its auxiliary does.</summary>
public sealed record AuxiliarySamSettings
{
    /// <summary>Gets lengths and the bias against the static corpus.</summary>
    public SamSettings Sam { get; init; } = new() { Bias = 5 };

    /// <summary>Gets the length that a match must have: the virtual match of the auxiliary (paper: 5).</summary>
    public int Threshold { get; init; } = 5;

    /// <summary>Returns whether a chain behind a match is drafted.</summary>
    /// <param name="dynamic">The length of the match in prompt and answer.</param>
    /// <param name="corpus">The length of the match in the corpus.</param>
    public bool UsesAutomata(int dynamic, int corpus) => Math.Max(Sam.UsesContext ? dynamic : 0, corpus - Sam.Bias) >= Threshold;
}
