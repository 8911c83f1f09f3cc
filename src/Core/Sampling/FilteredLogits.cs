using System.Buffers;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Sampling;

/// <summary>Logits after all penalties and filters, in borrowed memory: a token is drawn thousands of times a minute.</summary>
internal readonly ref struct FilteredLogits
{
    private readonly float[] _row;
    private readonly float[] _values;
    private readonly int[] _ids;
    private readonly int _size;
    private readonly int _count;

    private FilteredLogits(int size)
    {
        _size = size;
        _row = ArrayPool<float>.Shared.Rent(size);
        _values = ArrayPool<float>.Shared.Rent(size);
        _ids = ArrayPool<int>.Shared.Rent(size);
    }

    private FilteredLogits(FilteredLogits borrowed, int count)
    {
        this = borrowed;
        _count = count;
    }

    /// <summary>Gets the whole row, <c>[vocab]</c>; a token that was filtered out has minus infinity.</summary>
    public Span<float> Row => _row.AsSpan(0, _size);

    /// <summary>Gets the tokens that stay, ascending.</summary>
    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, _count);

    /// <summary>Gets the logits of the tokens that stay.</summary>
    public Span<float> Values => _values.AsSpan(0, _count);

    /// <summary>Applies penalties, temperature and filters; greedy settings stop after the penalties.</summary>
    /// <exception cref="LlmEfficiencyException">
    /// A logit is NaN or infinite, or the bias forbids every token.
    /// </exception>
    public static FilteredLogits Of(ReadOnlySpan<float> logits, SamplingSettings settings, TokenHistory history)
    {
        var borrowed = new FilteredLogits(logits.Length);
        try
        {
            var row = borrowed.Row;
            logits.CopyTo(row);
            LogProbabilities.RequireFinite(row, history.PromptLength + history.Generated.Count);
            Penalize(row, settings, history);
            if (settings.IsGreedy)
            {
                return borrowed;
            }

            Filter(row, settings);
            return new FilteredLogits(borrowed, Collect(row, borrowed._ids, borrowed._values));
        }
        catch (LlmEfficiencyException)
        {
            borrowed.Dispose();
            throw;
        }
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        ArrayPool<float>.Shared.Return(_row);
        ArrayPool<float>.Shared.Return(_values);
        ArrayPool<int>.Shared.Return(_ids);
    }

    private static void Penalize(Span<float> row, SamplingSettings settings, TokenHistory history)
    {
        if (settings.LogitBias is { Count: > 0 } bias)
        {
            LogitPenalties.AddBias(row, bias);
        }

        if (settings.RepetitionPenalty != 1)
        {
            LogitPenalties.PenalizeRepetition(row, history, settings.RepetitionPenalty);
        }

        if (settings.PresencePenalty != 0 || settings.FrequencyPenalty != 0)
        {
            LogitPenalties.PenalizeAnswer(row, history, settings.PresencePenalty, settings.FrequencyPenalty);
        }

        if (!float.IsFinite(VectorMath.Max(row)))
        {
            throw new LlmEfficiencyException(
                ErrorKind.Configuration, "LogitBias forbids every token or overflows: leave at least one token finite");
        }
    }

    private static void Filter(Span<float> row, SamplingSettings settings)
    {
        LogitFilters.Temper(row, settings.Temperature);
        if (settings.TopK > 0)
        {
            LogitFilters.KeepTopK(row, settings.TopK);
        }

        if (settings.TopP < 1)
        {
            LogitFilters.KeepTopP(row, settings.TopP);
        }

        if (settings.MinP > 0)
        {
            LogitFilters.KeepMinP(row, settings.MinP);
        }
    }

    private static int Collect(ReadOnlySpan<float> row, Span<int> ids, Span<float> values)
    {
        var count = 0;
        for (var id = 0; id < row.Length; id++)
        {
            if (row[id] > float.NegativeInfinity)
            {
                (ids[count], values[count++]) = (id, row[id]);
            }
        }

        return count;
    }
}
