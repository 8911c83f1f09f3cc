using System.Text;

namespace LlmEfficiency.Core.Tokenization.Normalization;

/// <summary>A normalization form of Unicode: Qwen composes (NFC).</summary>
/// <param name="form">The form.</param>
public sealed class UnicodeNormalizer(NormalizationForm form) : INormalizer
{
    /// <summary>Gets the form.</summary>
    public NormalizationForm Form { get; } = form;

    /// <inheritdoc/>
    public string Normalize(string text, bool isFirst) => UnicodeForms.Normalize(text, Form);
}
