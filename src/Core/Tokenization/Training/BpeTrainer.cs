using System.Text;

namespace LlmEfficiency.Core.Tokenization.Training;

/// <summary>
/// Learns a byte-level BPE vocabulary: again and again the most frequent pair becomes a token. Text is added first, as
/// much as wanted; the result depends on the text alone, not on its order or its blocks.
/// </summary>
public sealed class BpeTrainer
{
    private const int ProgressStep = 256;

    private readonly BpeTrainingSettings _settings;
    private readonly PieceCounter _pieces;

    /// <summary>Begins a training.</summary>
    /// <exception cref="Errors.LlmEfficiencyException">The settings cannot work.</exception>
    public BpeTrainer(BpeTrainingSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        (_settings, _pieces) = (settings, new PieceCounter(settings.PreTokenizer));
    }

    /// <summary>Adds a document; special tokens in it count as plain text, so leave them out.</summary>
    public void Add(string document)
    {
        ArgumentNullException.ThrowIfNull(document);
        using var reader = new StringReader(document);
        _pieces.Add(reader);
    }

    /// <summary>Adds a document that is read block by block.</summary>
    public void Add(TextReader document)
    {
        ArgumentNullException.ThrowIfNull(document);
        _pieces.Add(document);
    }

    /// <summary>Learns the merges.</summary>
    /// <param name="progress">Receives the number of merges learned, now and then.</param>
    /// <param name="cancellation">Ends the work with <see cref="OperationCanceledException"/>.</param>
    public TrainedBpe Train(IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        var statistics = new PairStatistics();
        foreach (var (piece, count) in _pieces.Counts)
        {
            statistics.Add([.. Encoding.UTF8.GetBytes(piece).Select(value => (int)value)], count);
        }

        var merges = new List<(int Left, int Right)>();
        List<string> spellings = [.. Enumerable.Range(0, 256).Select(value => ((char)value).ToString())]; // as Latin-1
        var known = new HashSet<string>();
        var wanted = _settings.VocabularySize - 256 - _settings.Specials.Count;
        while (merges.Count < wanted && statistics.Best() is var (pair, count) && count >= _settings.MinFrequency)
        {
            cancellation.ThrowIfCancellationRequested();
            var spelling = spellings[pair.Left] + spellings[pair.Right];
            if (!known.Add(spelling))
            {
                statistics.Forbid(pair); // other parts have made this token already
                continue;
            }

            statistics.Merge(pair, spellings.Count);
            spellings.Add(spelling);
            merges.Add(pair);
            if (merges.Count % ProgressStep == 0)
            {
                progress?.Report(merges.Count);
            }
        }

        progress?.Report(merges.Count);
        return new TrainedBpe(_settings, merges);
    }
}
