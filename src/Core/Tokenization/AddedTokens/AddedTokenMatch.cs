namespace LlmEfficiency.Core.Tokenization.AddedTokens;

/// <summary>Where an added token stands in a text.</summary>
/// <param name="Start">Its first character, stripped white space included.</param>
/// <param name="End">Behind its last character, stripped white space included.</param>
/// <param name="Id">Its id.</param>
internal readonly record struct AddedTokenMatch(int Start, int End, int Id);
