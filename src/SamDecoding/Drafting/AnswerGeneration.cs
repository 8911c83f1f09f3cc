using LlmEfficiency.SamDecoding.Automata;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>Some answers of a namespace in one automaton, which is never changed once it is there.</summary>
/// <param name="Automaton">The automaton; the collector frees it, as requests may still read it when it is dropped.</param>
/// <param name="Answers">How many documents it holds.</param>
internal sealed record AnswerGeneration(SuffixAutomaton Automaton, int Answers)
{
    /// <summary>Gets the size in bytes.</summary>
    public long Bytes => Automaton.Bytes;

    /// <summary>Gets the tokens and separators.</summary>
    public int Symbols => Automaton.Text.Length;

    /// <summary>Gets the tokens.</summary>
    public int Tokens => Symbols - (Answers - 1);
}
