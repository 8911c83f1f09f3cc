using LlmEfficiency.Core.Caching;

namespace LlmEfficiency.Core.Decoding;

/// <summary>Refuses rows that do not fit a session, before anything changes.</summary>
internal static class RowRules
{
    private const int MostOnStack = 512;

    public static void Check(IReadOnlyList<DecodeRow> rows, ISlots cache, int vocabulary, bool isPlain, int priorWidth = 0)
    {
        var problem = rows.Count == 0 ? "there is no row" : null;
        var seen = cache.Sequences <= MostOnStack ? stackalloc bool[cache.Sequences] : new bool[cache.Sequences];
        for (var index = 0; index < rows.Count && problem is null; index++)
        {
            var row = rows[index];
            problem = FindPlaceProblem(row, cache) ?? FindContentProblem(row, cache, vocabulary, priorWidth);
            problem ??= seen[row.Sequence] ? $"sequence {row.Sequence} has two rows" : null;
            problem ??= isPlain && (row.Ancestors is not null || row.Positions.Length > 0)
                ? $"sequence {row.Sequence} has a draft tree or positions of its own, which a session with retention does not take"
                : null;
            if (problem is null)
            {
                seen[row.Sequence] = true;
            }
        }

        if (problem is not null)
        {
            throw new ArgumentException(problem, nameof(rows));
        }
    }

    private static string? FindPlaceProblem(DecodeRow row, ISlots cache)
    {
        var (sequence, count, capacity) = (row.Sequence, row.Tokens.Length, cache.Capacity);
        if (sequence < 0 || sequence >= cache.Sequences)
        {
            return $"there is no sequence {sequence}: the session holds {cache.Sequences}";
        }

        return count == 0 ? $"the row of sequence {sequence} is empty"
            : count > cache.Room(sequence)
                ? $"sequence {sequence} cannot take {count} tokens: {cache.Lengths[sequence]} of {capacity} slots are full"
                : null;
    }

    private static string? FindContentProblem(DecodeRow row, ISlots cache, int vocabulary, int priorWidth)
    {
        var (sequence, count) = (row.Sequence, row.Tokens.Length);
        if (row.Positions.Length > 0 && row.Positions.Length != count)
        {
            return $"sequence {sequence} has {count} tokens and {row.Positions.Length} positions";
        }

        if (row.Ancestors is { } mask && (mask.Count < count || mask.Count - count > cache.Lengths[sequence]))
        {
            return $"sequence {sequence} has {count} tokens, {cache.Lengths[sequence]} before them and a mask for {mask.Count}";
        }

        return row.PriorFeatures.Length != count * priorWidth
            ? $"sequence {sequence} has {count} tokens and {row.PriorFeatures.Length} features of those before them, where the model reads {priorWidth} a token"
            : FindNumberProblem(row, vocabulary);
    }

    private static string? FindNumberProblem(DecodeRow row, int vocabulary)
    {
        var sequence = row.Sequence;
        return row.Tokens.Span.ContainsAnyExceptInRange(0, vocabulary - 1)
            ? $"sequence {sequence} holds a token outside the vocabulary of {vocabulary}"
            : row.Positions.Span.ContainsAnyExceptInRange(0, int.MaxValue) ? $"sequence {sequence} holds a negative position"
            : null;
    }
}
