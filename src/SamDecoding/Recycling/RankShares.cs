namespace LlmEfficiency.SamDecoding.Recycling;

/// <summary>How often the candidate of each rank turned out right, learned as it goes. Safe for several threads.</summary>
public sealed class RankShares
{
    /// <summary>How many numbers hold what was learned: how often each rank was right, and of how many.</summary>
    internal const int Numbers = RecyclingTable.Width + 1;

    private const double PriorWeight = 16;  // observations that the first shares count for
    private const double Forgets = 4096;    // observations that count

    // Before anything is known; what is left is right in no rank.
    private static readonly double[] FirstShares = [0.45, 0.12, 0.06, 0.04, 0.03, 0.02, 0.02, 0.01];

    private readonly Lock _lock = new();
    private readonly double[] _numbers = [.. FirstShares.Select(share => share * PriorWeight), PriorWeight];

    /// <summary>Learns from a token.</summary>
    /// <param name="rank">Its rank among the candidates; negative if it was none of them.</param>
    public void Learn(int rank)
    {
        lock (_lock)
        {
            if (_numbers[^1] >= Forgets)
            {
                for (var number = 0; number < Numbers; number++)
                {
                    _numbers[number] /= 2;
                }
            }

            _numbers[^1]++;
            if (rank >= 0)
            {
                _numbers[rank]++;
            }
        }
    }

    /// <summary>Reads the probability of each rank.</summary>
    /// <param name="shares">Receives them, <c>[<see cref="RecyclingTable.Width"/>]</c>.</param>
    public void Read(Span<double> shares)
    {
        lock (_lock)
        {
            for (var rank = 0; rank < RecyclingTable.Width; rank++)
            {
                shares[rank] = _numbers[rank] / _numbers[^1];
            }
        }
    }

    /// <summary>Copies what was learned.</summary>
    internal double[] Snapshot()
    {
        lock (_lock)
        {
            return [.. _numbers];
        }
    }

    /// <summary>Returns shares with what others had learned; null if none can have learned that.</summary>
    /// <param name="numbers"><see cref="Numbers"/> as <see cref="Snapshot"/> gives them.</param>
    internal static RankShares? Of(ReadOnlySpan<double> numbers)
    {
        var shares = new RankShares();
        numbers.CopyTo(shares._numbers);
        var isValid = numbers[^1] is >= PriorWeight and <= Forgets + 1;
        foreach (var number in numbers)
        {
            isValid &= number >= 0 && number <= numbers[^1];    // no NaN either
        }

        return isValid ? shares : null;
    }
}
