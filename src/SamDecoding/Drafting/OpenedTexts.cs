using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.SamDecoding.Indexing;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>Texts that were opened for drafters; disposed after them.</summary>
public sealed class OpenedTexts : IDisposable
{
    private readonly List<SuffixIndex> _indexes = [];

    private OpenedTexts()
    {
    }

    /// <summary>Gets the texts.</summary>
    public DraftSources Sources { get; private set; } = DraftSources.None;

    /// <summary>Opens indexes and encodes predicted outputs.</summary>
    /// <param name="indexes">Paths of indexes.</param>
    /// <param name="predictions">Texts that answers may be like.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <exception cref="Core.Errors.LlmEfficiencyException">An index cannot be read, is damaged or for another tokenizer.</exception>
    public static OpenedTexts Open(IEnumerable<string> indexes, IEnumerable<string> predictions, ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(indexes);
        ArgumentNullException.ThrowIfNull(tokenizer);
        var opened = new OpenedTexts();
        var isWhole = false;
        try
        {
            foreach (var path in indexes)
            {
                opened._indexes.Add(SuffixIndex.Open(path, VocabularyHash.Of(tokenizer)));
            }

            opened.Sources = new DraftSources
            {
                Indexes = opened._indexes,
                Predictions = [.. predictions.Select(text => tokenizer.Encode(text))],
            };
            isWhole = true;
            return opened;
        }
        finally
        {
            if (!isWhole)
            {
                opened.Dispose();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var index in _indexes)
        {
            index.Dispose();
        }
    }
}
