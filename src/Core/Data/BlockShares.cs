using System.Globalization;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Data;

/// <summary>
/// How many samples of each block come from each source. The weights are rounded once to shares of a period of 2^20
/// samples; over a period the shares are exact, and inside it the draws of each source lie as evenly as they can.
/// </summary>
internal sealed class BlockShares
{
    /// <summary>The samples of a block.</summary>
    public const int BlockSize = 1024;

    /// <summary>The blocks of a period.</summary>
    public const int PeriodBlocks = 1024;

    private const int Period = BlockSize * PeriodBlocks;

    private readonly int[] _shares;   // [sources]: draws in a period
    private readonly int[][] _before; // [PeriodBlocks + 1][sources]: draws in the blocks of the period before this one

    /// <summary>Shares a period out.</summary>
    /// <param name="names">The sources, for messages.</param>
    /// <param name="weights">Their weights, positive; only their ratios count.</param>
    /// <exception cref="LlmEfficiencyException">A weight is not positive, or too small beside the others.</exception>
    public BlockShares(IReadOnlyList<string> names, IReadOnlyList<double> weights)
    {
        for (var i = 0; i < weights.Count; i++)
        {
            if (!double.IsFinite(weights[i]) || weights[i] <= 0)
            {
                throw Fail(names[i], weights[i], "a weight must be a positive number");
            }
        }

        _shares = LargestRemainder(weights, Period);
        var tooSmall = Array.IndexOf(_shares, 0);
        if (tooSmall >= 0)
        {
            throw Fail(names[tooSmall], weights[tooSmall], "it is less than a millionth of all weights: leave it out");
        }

        _before = Spread(_shares);
    }

    /// <summary>Returns how often a source was drawn before a block.</summary>
    public long DrawsBefore(long block, int source) =>
        (block / PeriodBlocks * _shares[source]) + _before[block % PeriodBlocks][source];

    /// <summary>Returns how often a source is drawn in a block.</summary>
    public int Draws(long block, int source) =>
        _before[(block % PeriodBlocks) + 1][source] - _before[block % PeriodBlocks][source];

    // Hamilton's method: each gets its quota rounded down, and the seats left go to the largest fractions.
    private static int[] LargestRemainder(IReadOnlyList<double> weights, int seats)
    {
        var largest = weights.Max();
        var sum = weights.Sum(weight => weight / largest); // finite whatever the weights are
        var quotas = weights.Select(weight => weight / largest / sum * seats).ToArray();
        var shares = quotas.Select(quota => (int)quota).ToArray();
        var order = Enumerable.Range(0, shares.Length).OrderByDescending(i => quotas[i] - shares[i]).ToArray();
        var left = seats - shares.Sum();
        for (var i = 0; i < left; i++)
        {
            shares[order[i % order.Length]]++;
        }

        return shares;
    }

    // Draw j of a source with share q belongs at (j + 1/2) / q of the period; each place takes the earliest.
    private static int[][] Spread(int[] shares)
    {
        var before = new int[PeriodBlocks + 1][];
        var drawn = new int[shares.Length];
        for (var place = 0; place < Period; place++)
        {
            if (place % BlockSize == 0)
            {
                before[place / BlockSize] = [.. drawn];
            }

            var next = 0;
            for (var source = 1; source < shares.Length; source++)
            {
                // (2j + 1) / q < (2k + 1) / r, without fractions
                if (((2L * drawn[source]) + 1) * shares[next] < ((2L * drawn[next]) + 1) * shares[source])
                {
                    next = source;
                }
            }

            drawn[next]++;
        }

        before[PeriodBlocks] = drawn;
        return before;
    }

    private static LlmEfficiencyException Fail(string name, double weight, string problem) =>
        new(ErrorKind.Configuration, string.Create(
            CultureInfo.InvariantCulture, $"{name}: the weight is {weight}: {problem}"));
}
