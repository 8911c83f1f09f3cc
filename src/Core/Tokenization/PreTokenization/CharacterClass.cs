namespace LlmEfficiency.Core.Tokenization.PreTokenization;

/// <summary>The kinds of characters that the split patterns of GPT-2 and its heirs tell apart.</summary>
internal enum CharacterClass : byte
{
    /// <summary>Neither of the others: <c>[^\s\p{L}\p{N}]</c>.</summary>
    Other,

    /// <summary><c>\p{L}</c>.</summary>
    Letter,

    /// <summary><c>\p{N}</c>.</summary>
    Number,

    /// <summary><c>\s</c> without line feed and carriage return.</summary>
    Space,

    /// <summary><c>[\r\n]</c>.</summary>
    LineEnd,
}
