namespace LlmEfficiency.Core.Tokenization.Normalization;

/// <summary>Puts a mark before the text, such as the space that SentencePiece gives the first word.</summary>
/// <param name="prefix">What is put there.</param>
/// <param name="onlyFirst">Leaves stretches after an added token alone.</param>
/// <param name="unlessThere">Leaves text alone that has the mark already.</param>
public sealed class PrependNormalizer(string prefix, bool onlyFirst = false, bool unlessThere = false) : INormalizer
{
    /// <inheritdoc/>
    public string Normalize(string text, bool isFirst)
    {
        var isThere = unlessThere && text.StartsWith(prefix, StringComparison.Ordinal);
        return isThere || (onlyFirst && !isFirst) ? text : prefix + text;
    }
}
