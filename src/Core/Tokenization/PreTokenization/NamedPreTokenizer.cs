namespace LlmEfficiency.Core.Tokenization.PreTokenization;

/// <summary>A pre-tokenizer that commands and files can name.</summary>
/// <param name="Name">The word that chooses it.</param>
/// <param name="Pattern">The regular expression it stands for.</param>
/// <param name="Split">The scanner.</param>
public sealed record NamedPreTokenizer(string Name, string Pattern, IPreTokenizer Split);
