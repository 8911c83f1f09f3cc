namespace LlmEfficiency.Core.Tokenization.Normalization;

/// <summary>Changes text before it is split.</summary>
public interface INormalizer
{
    /// <summary>Returns the changed text of one stretch between two added tokens.</summary>
    /// <param name="text">Well-formed UTF-16, not empty.</param>
    /// <param name="isFirst">Whether the stretch begins the whole text.</param>
    string Normalize(string text, bool isFirst);
}
