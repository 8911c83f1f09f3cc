using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Sampling;

namespace LlmEfficiency.Core.Evaluation;

/// <summary>
/// Computes what a model thinks of given tokens. A prefix is run once, whatever number of continuations it has.
/// </summary>
/// <param name="engine">The model; its owner disposes it.</param>
/// <param name="batch">How many continuations run together; a context with more runs alone.</param>
public sealed class ContinuationScorer(IDecodeEngine engine, int batch = 8)
{
    // Logits come to the host: 64 MB of them at a time.
    private const int LogitsAtOnce = 16_000_000;
    private const int PrefixChunk = 512;

    private readonly int _batch = batch >= 1 ? batch
        : throw new ArgumentOutOfRangeException(nameof(batch), batch, "at least 1");

    /// <summary>Returns the natural log-probability of each token of each continuation, given all before it.</summary>
    /// <param name="contexts">What to score; none may be longer than the model's context plus one.</param>
    /// <param name="cancellation">Looked at before each batch.</param>
    /// <returns>For each context as it comes, an array a continuation.</returns>
    /// <exception cref="Errors.LlmEfficiencyException">The model computed numbers that are none.</exception>
    /// <exception cref="OperationCanceledException">The caller stopped the work.</exception>
    public IEnumerable<double[][]> Score(IEnumerable<ScoredContext> contexts, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(contexts);
        var waiting = new List<ScoredContext>();
        foreach (var context in contexts)
        {
            if (waiting.Count > 0 && waiting.Sum(one => one.Continuations.Count) + context.Continuations.Count > _batch)
            {
                foreach (var scores in Run(waiting, cancellation))
                {
                    yield return scores;
                }

                waiting.Clear();
            }

            waiting.Add(context);
        }

        foreach (var scores in waiting.Count > 0 ? Run(waiting, cancellation) : [])
        {
            yield return scores;
        }
    }

    private double[][][] Run(List<ScoredContext> contexts, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var leaders = contexts.Select((_, index) => contexts.Take(index).Sum(one => one.Continuations.Count)).ToArray();
        var capacity = contexts.Max(one => one.Prefix.Length + one.Continuations.Max(tokens => tokens.Length) - 1);
        using var session = engine.Open(contexts.Sum(one => one.Continuations.Count), capacity);
        RunPrefixes(session, contexts, leaders);

        // Logits of a token predict the next one: the prefix's last token comes first, a continuation's last never.
        var inputs = contexts.SelectMany(one => one.Continuations.Select(tokens =>
            (int[])[one.Prefix.Span[^1], .. tokens.Span[..^1]])).ToArray();
        var wanted = contexts.SelectMany(one => one.Continuations).ToArray();
        var scores = wanted.Select(tokens => new double[tokens.Length]).ToArray();
        var chunk = Math.Max(1, LogitsAtOnce / engine.Config.VocabularySize / inputs.Length);
        for (var start = 0; start < inputs.Max(tokens => tokens.Length); start += chunk)
        {
            Read(session, inputs, wanted, scores, start, chunk);
        }

        return [.. contexts.Select((one, index) => scores[leaders[index]..(leaders[index] + one.Continuations.Count)])];
    }

    // Each prefix but its last token, in the first sequence of its context; the others get a copy.
    private static void RunPrefixes(IDecodeSession session, List<ScoredContext> contexts, int[] leaders)
    {
        var longest = contexts.Max(one => one.Prefix.Length) - 1;
        for (var start = 0; start < longest; start += PrefixChunk)
        {
            DecodeRow[] rows =
            [
                .. contexts
                    .Select((one, index) => Part(one.Prefix[..^1], leaders[index], start, PrefixChunk, LogitSelection.None))
                    .Where(row => !row.Tokens.IsEmpty),
            ];
            session.Forward(rows);
        }

        for (var index = 0; index < contexts.Count; index++)
        {
            for (var other = 1; other < contexts[index].Continuations.Count; other++)
            {
                session.Copy(leaders[index], leaders[index] + other);
            }
        }
    }

    private static DecodeRow Part(ReadOnlyMemory<int> tokens, int sequence, int start, int chunk, LogitSelection logits)
    {
        var rest = tokens[Math.Min(start, tokens.Length)..];
        return new DecodeRow(sequence, rest[..Math.Min(chunk, rest.Length)]) { Logits = logits };
    }

    private static void Read(
        IDecodeSession session, int[][] inputs, ReadOnlyMemory<int>[] wanted, double[][] scores, int start, int chunk)
    {
        var live = Enumerable.Range(0, inputs.Length).Where(sequence => inputs[sequence].Length > start).ToArray();
        var logits = session.Forward(
            [.. live.Select(sequence => Part(inputs[sequence], sequence, start, chunk, LogitSelection.All))]);
        var row = 0;
        foreach (var sequence in live)
        {
            var end = Math.Min(start + chunk, inputs[sequence].Length);
            for (var at = start; at < end; at++, row++)
            {
                LogProbabilities.RequireFinite(logits[row], at);
                scores[sequence][at] = PreciseLogProbability.Of(logits[row], wanted[sequence].Span[at]);
            }
        }
    }
}
