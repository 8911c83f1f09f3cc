using LlmEfficiency.Core.Tokenization.Training;

namespace LlmEfficiency.Core.Tokenization;

/// <summary>The smallest tokenizer: one token for each byte of UTF-8, and special tokens behind them.</summary>
public static class ByteTokenizer
{
    /// <summary>Returns the vocabulary, to be written as <c>tokenizer.json</c>.</summary>
    /// <param name="specials">Special tokens, ids 256 and on. The last one ends a text.</param>
    public static TrainedBpe Vocabulary(params IReadOnlyList<string> specials)
    {
        ArgumentNullException.ThrowIfNull(specials);
        var settings = new BpeTrainingSettings
        {
            VocabularySize = 256 + specials.Count,
            Specials = specials,
            EndOfSequence = specials.Count > 0 ? specials[^1] : null,
        };
        settings.Validate();
        return new TrainedBpe(settings, []);
    }

    /// <summary>Makes the tokenizer.</summary>
    /// <param name="specials">Special tokens, ids 256 and on. The last one ends a text.</param>
    public static ITokenizer Create(params IReadOnlyList<string> specials) => Vocabulary(specials).ToTokenizer();
}
