namespace LlmEfficiency.Core.Tokenization.Normalization;

/// <summary>Puts a mark before the text, such as the space that SentencePiece gives the first word.</summary>
/// <param name="prefix">What is put there.</param>
/// <param name="onlyFirst">Leaves stretches after an added token alone.</param>
/// <param name="unlessThere">Leaves text alone that has the mark already.</param>
public sealed class PrependNormalizer(string prefix, bool onlyFirst = false, bool unlessThere = false) : INormalizer
{
    /// <summary>Gets what is put before the text.</summary>
    public string Prefix { get; } = prefix;

    /// <summary>Gets whether stretches after an added token are left alone.</summary>
    public bool OnlyFirst { get; } = onlyFirst;

    /// <summary>Gets whether text that has the mark already is left alone.</summary>
    public bool UnlessThere { get; } = unlessThere;

    /// <inheritdoc/>
    public string Normalize(string text, bool isFirst)
    {
        var isThere = UnlessThere && text.StartsWith(Prefix, StringComparison.Ordinal);
        return isThere || (OnlyFirst && !isFirst) ? text : Prefix + text;
    }
}
