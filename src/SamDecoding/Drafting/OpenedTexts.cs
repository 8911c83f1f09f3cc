using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.SamDecoding.Eagle;
using LlmEfficiency.SamDecoding.Indexing;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>Texts that were opened for drafters, and a head; disposed after them.</summary>
public sealed class OpenedTexts : IDisposable
{
    private readonly List<SuffixIndex> _indexes = [];
    private readonly ITokenizer _tokenizer;
    private readonly string? _cachePath;
    private AnswerCache? _cache;

    private OpenedTexts(ITokenizer tokenizer, string? cachePath) => (_tokenizer, _cachePath) = (tokenizer, cachePath);

    /// <summary>Gets the texts.</summary>
    public DraftSources Sources { get; private set; } = DraftSources.None;

    /// <summary>Opens indexes and earlier answers, and encodes predicted outputs.</summary>
    /// <param name="indexes">Paths of indexes.</param>
    /// <param name="predictions">Texts that answers may be like.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="cachePath">The path of a snapshot of earlier answers, which need not be there yet; null for none.</param>
    /// <param name="cacheNamespace">The namespace of it that is drafted from and added to.</param>
    /// <param name="head">A draft head, taken over; null for none.</param>
    /// <exception cref="LlmEfficiencyException">A file cannot be read, is damaged or for another tokenizer.</exception>
    public static OpenedTexts Open(
        IEnumerable<string> indexes,
        IEnumerable<string> predictions,
        ITokenizer tokenizer,
        string? cachePath = null,
        string cacheNamespace = AnswerCache.DefaultNamespace,
        EagleHead? head = null)
    {
        ArgumentNullException.ThrowIfNull(indexes);
        ArgumentNullException.ThrowIfNull(tokenizer);
        var opened = new OpenedTexts(tokenizer, cachePath) { Sources = new DraftSources { Head = head } };
        var isWhole = false;
        try
        {
            var hash = VocabularyHash.Of(tokenizer);
            foreach (var path in indexes)
            {
                opened._indexes.Add(SuffixIndex.Open(path, hash));
            }

            opened._cache = cachePath is null ? null : Cache(cachePath, hash);

            opened.Sources = opened.Sources with
            {
                Indexes = opened._indexes,
                Predictions = [.. predictions.Select(text => tokenizer.Encode(text))],
                Answers = opened._cache?.Namespace(cacheNamespace),
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

    /// <summary>Writes earlier answers back to their file, with those that were added; nothing without one.</summary>
    /// <exception cref="LlmEfficiencyException">The file cannot be written.</exception>
    public void Save()
    {
        if (_cache is not null)
        {
            AnswerSnapshot.Save(_cachePath!, _cache, _tokenizer);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var index in _indexes)
        {
            index.Dispose();
        }

        Sources.Head?.Dispose();
    }

    private static AnswerCache Cache(string path, byte[] tokenizerHash)
    {
        if (Path.Exists(path))
        {
            return AnswerSnapshot.Open(path, tokenizerHash).Cache;
        }

        return Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))) // else the answers would be lost at the end
            ? new AnswerCache()
            : throw new LlmEfficiencyException(ErrorKind.Input, $"{path}: its folder is not there: make it first");
    }
}
