using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Core.Evaluation;

/// <summary>Measures how well a model predicts documents.</summary>
public static class Perplexity
{
    /// <summary>Scores every target token of the documents once.</summary>
    /// <param name="engine">The model.</param>
    /// <param name="tokenizer">Tells the bytes of the tokens.</param>
    /// <param name="source">The documents.</param>
    /// <param name="settings">Window, stride, batch; null takes the defaults.</param>
    /// <param name="progress">Told how many documents are done.</param>
    /// <param name="cancellation">Looked at before each batch.</param>
    /// <exception cref="LlmEfficiencyException">
    /// A setting or a token does not fit the model, or nothing is to be predicted.
    /// </exception>
    public static PerplexityReport Measure(
        IDecodeEngine engine,
        ITokenizer tokenizer,
        IDocumentSource source,
        PerplexitySettings? settings = null,
        IProgress<long>? progress = null,
        CancellationToken cancellation = default)
    {
        settings ??= new PerplexitySettings();
        var (window, stride) = settings.Settle(engine.Config.ContextLength);
        var (losses, counts, bytes, words) = (new List<double>(), new List<double>(), 0L, 0L);
        var parts = new Queue<(TokenDocument Document, DocumentWindow Window)>();
        var scores = new ContinuationScorer(engine, settings.Batch).Score(Parts(), cancellation);
        foreach (var score in scores)
        {
            var (document, part) = parts.Dequeue();
            if (part.IsFirst)
            {
                losses.Add(0);
                counts.Add(0);
                (bytes, words) = (
                    bytes + TargetText.Bytes(tokenizer, document), words + TargetText.Words(tokenizer, document));
            }

            for (var at = part.Score; at < part.End; at++)
            {
                if (document.Targets.Span[at])
                {
                    losses[^1] -= score[0][at - part.Score];
                    counts[^1]++;
                }
            }
        }

        if (counts.Sum() == 0)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input, $"{source.Name}: no document has a token to predict: give text of two tokens or more");
        }

        return new PerplexityReport(
            source.Name, counts.Count, (long)counts.Sum(), bytes, words, losses.Sum(),
            EvaluationResult.Known(StandardError.Ratio(losses, counts)));

        IEnumerable<ScoredContext> Parts()
        {
            var count = Math.Min(settings.Limit ?? long.MaxValue, source.Count);
            for (var index = 0L; index < count; index++)
            {
                var document = source.Read(index);
                Check(source, index, document, engine.Config.VocabularySize);
                var length = document.Targets.Span.Contains(true) ? document.Tokens.Length : 0;
                foreach (var part in DocumentWindow.Cover(length, window, stride))
                {
                    parts.Enqueue((document, part));
                    yield return new ScoredContext(
                        document.Tokens[part.Start..part.Score], [document.Tokens[part.Score..part.End]]);
                }

                progress?.Report(index + 1);
            }
        }
    }

    private static void Check(IDocumentSource source, long index, TokenDocument document, int vocabulary)
    {
        var bad = document.Tokens.Span.IndexOfAnyExceptInRange(0, vocabulary - 1);
        if (bad >= 0)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input,
                $"{source.Name}: document {index} holds token {document.Tokens.Span[bad]}, the model has {vocabulary}: "
                + "use the model's own tokenizer");
        }
    }
}
