namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>
/// How often the token behind a context is none that followed it before, learned by what the context looks like: its length,
/// how many tokens followed it and how often (secondary estimation, as in PPMII). Begins near PPM's method C. Safe for several threads.
/// </summary>
internal sealed class EscapeTable
{
    /// <summary>How many numbers hold what was learned.</summary>
    public const int Numbers = 2 * Cells;

    private const int Cells = Lengths * Degrees * Counts;
    private const int Lengths = 8;   // 1, 2, 3, 4, 5-7, 8-15, 16-31, more
    private const int Degrees = 3;   // 1, 2, more
    private const int Counts = 5;    // 1, 2, 3-4, 5-8, more
    private const double PriorWeight = 8;    // observations that the prior counts for
    private const double Forgets = 4096; // observations of a kind of context that count

    private readonly Lock _lock = new();
    private readonly double[] _escapes = new double[Cells];
    private readonly double[] _seen = new double[Cells];

    // Longer contexts are right more often than method C takes them to be.
    private static readonly double[] LengthFactors = [1.2, 1, 0.8, 0.6, 0.5, 0.25, 0.12, 0.08];

    /// <summary>Begins with the estimates of method C, lower for longer contexts.</summary>
    public EscapeTable()
    {
        for (var length = 0; length < Lengths; length++)
        {
            for (var degree = 0; degree < Degrees; degree++)
            {
                for (var count = 0; count < Counts; count++)
                {
                    var cell = (((length * Degrees) + degree) * Counts) + count;
                    var followers = Math.Max(1 << count, degree + 1);
                    _seen[cell] = PriorWeight;
                    _escapes[cell] = Math.Min(PriorWeight * LengthFactors[length] * (degree + 1) / (followers + degree + 1), PriorWeight);
                }
            }
        }
    }

    /// <summary>Returns the probability of a new token behind a context.</summary>
    public double Escape(int length, int degree, int total)
    {
        var cell = Cell(length, degree, total);
        lock (_lock)
        {
            return Math.Clamp(_escapes[cell] / _seen[cell], 0.002, 0.998);
        }
    }

    /// <summary>Learns from a token.</summary>
    public void Learn(int length, int degree, int total, bool isNew)
    {
        var cell = Cell(length, degree, total);
        lock (_lock)
        {
            if (_seen[cell] >= Forgets)
            {
                _seen[cell] /= 2;
                _escapes[cell] /= 2;
            }

            _seen[cell]++;
            _escapes[cell] += isNew ? 1 : 0;
        }
    }

    /// <summary>Copies what was learned: the escapes of all kinds of context, then how often each was seen.</summary>
    /// <param name="numbers">Room for <see cref="Numbers"/>.</param>
    public void CopyTo(Span<double> numbers)
    {
        lock (_lock)
        {
            _escapes.CopyTo(numbers);
            _seen.CopyTo(numbers[Cells..]);
        }
    }

    /// <summary>Returns a table with what another one had learned; null if no table can have learned that.</summary>
    /// <param name="numbers"><see cref="Numbers"/> as <see cref="CopyTo"/> gives them.</param>
    public static EscapeTable? Of(ReadOnlySpan<double> numbers)
    {
        var table = new EscapeTable();
        numbers[..Cells].CopyTo(table._escapes);
        numbers[Cells..Numbers].CopyTo(table._seen);
        for (var cell = 0; cell < Cells; cell++)
        {
            if (!(table._seen[cell] is >= PriorWeight and <= Forgets + 1
                && table._escapes[cell] >= 0 && table._escapes[cell] <= table._seen[cell]))
            {
                return null; // a NaN comes here too
            }
        }

        return table;
    }

    private static int Cell(int length, int degree, int total)
    {
        var lengthCell = length < 5 ? length - 1 : Math.Min(int.Log2(length) + 2, Lengths - 1);
        var countCell = total < 3 ? total - 1 : Math.Min(int.Log2(total - 1) + 1, Counts - 1);
        return (((lengthCell * Degrees) + Math.Min(degree, Degrees) - 1) * Counts) + countCell;
    }
}
