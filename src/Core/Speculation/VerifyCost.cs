namespace LlmEfficiency.Core.Speculation;

/// <summary>
/// Learns what a pass costs by how many tokens it runs, and from that how much of a draft is worth verifying: the part that
/// makes the expected number of accepted tokens a second largest. That may be nothing.
/// </summary>
/// <remarks>
/// Costs are kept for 1, 2, 3 to 4, 5 to 6, 7 to 8, 9 to 12, 13 to 16, 17 to 24, … tokens: kernels take small numbers of rows together, so that
/// the cost climbs in stairs there. Between sizes that were not tried it is interpolated. The first passes run one token each, to measure that. A size
/// beyond those tried is taken to cost what the largest tried one does, so that it is tried; and the first runs
/// of a size not to cost more than a larger one does.
/// Passes of all sizes become slower or faster together, with the length of the context and with what else the machine does: a measurement that is off
/// changes this pace of all, and what its own size costs beside the others, that the more the less is known of it. It becomes doubtful while it is not
/// measured, so a plain pass is made after many with drafts, and a small draft verified after many without.
/// Not safe for several threads.
/// </remarks>
public sealed class VerifyCost
{
    private const int Sizes = 21;
    private const int Stairs = 8;           // tokens, up to which all of a size cost the same
    private const double Outlier = 4;       // times what is expected, or a part of it: the machine was busy with something else
    private const int Warmup = 2;           // measurements of a size before it is believed
    private const int Stale = 64;           // passes of one kind, behind which the other is measured again
    private const int Small = 3;            // drafted tokens that are verified then

    // Variances of the logarithms of a measurement, of the pace and of what a size costs beside the others; only what they are to one another matters.
    private const double Noise = 0.9;
    private const double PaceDoubt = 0.1;
    private const double LeastDoubt = 0.01;
    private const double MostDoubt = 0.5;
    private const double DoubtEachPass = 0.005;

    private readonly double[] _seconds = new double[Sizes];     // at a pace of 1
    private readonly double[] _doubts = [.. Enumerable.Repeat(MostDoubt, Sizes)];
    private readonly int[] _counts = new int[Sizes];
    private double _pace = 1;
    private int _plain;     // passes in a row for which nothing was verified
    private int _drafted;   // and for which something was

    /// <summary>Learns from a pass.</summary>
    /// <param name="rows">How many tokens it ran, at least one.</param>
    /// <param name="seconds">How long it took.</param>
    public void Observe(int rows, double seconds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        var size = Size(rows);
        if (_counts[size] < Warmup || _seconds[size] == 0)
        {
            var first = seconds / _pace;
            _seconds[size] = _counts[size] == 0 || _seconds[size] == 0 ? first : Math.Min(_seconds[size], first); // the first runs are the slow ones
        }
        else if (seconds > 0)       // a clock may be coarse
        {
            Correct(size, Math.Clamp(seconds / Expected(rows, size), 1 / Outlier, Outlier));
        }

        _counts[size]++;
    }

    /// <summary>Begins with what passes were measured to cost; what is learned from then on changes it slowly.</summary>
    /// <param name="curve">Numbers of tokens, ascending, and the seconds of such passes.</param>
    public void Know(IReadOnlyList<(int Rows, double Seconds)> curve)
    {
        for (var size = 0; size < Sizes; size++)
        {
            var (middle, right) = (Middle(size), 0);
            while (right < curve.Count && curve[right].Rows < middle)
            {
                right++;
            }

            if (right == curve.Count || (right == 0 && curve[0].Rows > middle))
            {
                continue;       // nothing is known on one side
            }

            var (a, b) = (curve[Math.Max(right - 1, 0)], curve[right]);
            var share = b.Rows == a.Rows ? 0 : (middle - a.Rows) / (b.Rows - a.Rows);
            (_seconds[size], _counts[size], _doubts[size]) = ((a.Seconds + (share * (b.Seconds - a.Seconds))) / _pace, Warmup, LeastDoubt);
        }
    }

    /// <summary>Returns the expected time of a pass in seconds; 0 if nothing was measured often enough.</summary>
    /// <param name="rows">How many tokens it runs.</param>
    public double Estimate(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        return At(rows <= Stairs ? Middle(Size(rows)) : rows);
    }

    /// <summary>Returns how many of the first tokens of a draft to verify.</summary>
    /// <param name="nodes">The draft, the most probable tokens first.</param>
    /// <param name="rows">How many tokens the pass runs without the draft, those of other sequences among them.</param>
    /// <param name="gain">How many tokens the pass is expected to gain without the draft.</param>
    public int Best(ReadOnlySpan<DraftNode> nodes, int rows = 1, double gain = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(gain);
        var plain = Estimate(rows);
        if (plain == 0)
        {
            return 0; // what a plain pass costs is measured first
        }

        var best = _drafted >= Stale ? 0 : _plain >= Stale ? Math.Min(Small, nodes.Length) : Fastest(nodes, rows, gain, plain);
        (_plain, _drafted) = best == 0 ? (_plain + 1, 0) : (0, _drafted + 1);
        return best;
    }

    private double At(double place)
    {
        var (left, right) = (-1, -1);
        for (var size = 0; size < Sizes && right < 0; size++)
        {
            if (_counts[size] >= Warmup)
            {
                (left, right) = Middle(size) <= place ? (size, right) : (left, size);
            }
        }

        if (left < 0 || right < 0)
        {
            return left >= 0 ? Seconds(left) : right >= 0 ? Seconds(right) : 0;
        }

        var share = (place - Middle(left)) / (Middle(right) - Middle(left));
        var (a, b) = (Seconds(left), Seconds(right));
        return a + (share * (b - a));
    }

    // A size's own cost, but where in the size the pass lies, as far as the sizes around it tell.
    private double Expected(int rows, int size)
    {
        var middle = rows <= Stairs ? 0 : At(Middle(size));
        return _seconds[size] * _pace * (middle > 0 ? At(rows) / middle : 1);
    }

    private void Correct(int size, double off)
    {
        var all = _doubts[size] + PaceDoubt + Noise;
        var own = _doubts[size] / all;
        _seconds[size] *= Math.Pow(off, own);
        _pace *= Math.Pow(off, PaceDoubt / all);
        for (var other = 0; other < Sizes; other++)
        {
            _doubts[other] = other == size
                ? Math.Max(LeastDoubt, _doubts[other] * (1 - own))
                : Math.Min(MostDoubt, _doubts[other] + DoubtEachPass);
        }
    }

    private int Fastest(ReadOnlySpan<DraftNode> nodes, int rows, double gain, double plain)
    {
        var (best, rate) = (0, gain / plain);
        for (var count = 1; count <= nodes.Length; count++)
        {
            gain += nodes[count - 1].Probability;
            var now = gain / Estimate(rows + count);
            if (now >= rate)
            {
                (best, rate) = (count, now);
            }
        }

        return best;
    }

    /// <summary>
    /// Returns a probability below which drafted tokens alone are never worth verifying: what a row adds to a pass at the least, with others beside it.
    /// </summary>
    /// <param name="limit">How many tokens may be drafted.</param>
    /// <param name="rows">How many tokens the pass runs without the draft.</param>
    /// <param name="gain">How many tokens the pass is expected to gain without the draft.</param>
    /// <returns>From 0 to 1; 1 before the cost of a plain pass is known, when nothing is verified.</returns>
    public double LeastProbability(int limit, int rows = 1, double gain = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var plain = Estimate(rows);
        if (plain == 0 || _plain >= Stale)
        {
            return plain == 0 ? 1 : 0;
        }

        var least = 1.0;
        for (var count = 1; count < 2 * limit; count = count < Stairs ? count + 1 : 2 * count)
        {
            var more = Math.Min(count, limit);
            least = Math.Min(least, gain / plain * (Estimate(rows + more) - plain) / more);
        }

        return Math.Max(least, 0);
    }

    // The cold first runs of a size may have been slower than larger ones are.
    private double Seconds(int size)
    {
        var least = _seconds[size];
        for (var larger = size + 1; larger < Sizes; larger++)
        {
            least = _counts[size] == Warmup && _counts[larger] >= Warmup ? Math.Min(least, _seconds[larger]) : least;
        }

        return least * _pace;
    }

    // Behind four tokens each power of two has two sizes.
    private static int Size(int rows)
    {
        var power = rows <= 4 ? 0 : int.Log2(rows - 1);
        return rows <= 4 ? Math.Min(rows - 1, 2) : Math.Min((2 * power) - 1 + (((rows - 1) >> (power - 1)) & 1), Sizes - 1);
    }

    private static double Middle(int size)
    {
        var half = 1 << Math.Max((size - 1) / 2, 0);    // the numbers of tokens of a size
        return size < 2 ? size + 1 : size == 2 ? 3.5 : ((2 + ((size - 1) % 2)) * half) + ((half + 1) / 2.0);
    }
}
