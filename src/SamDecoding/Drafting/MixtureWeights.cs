namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>
/// How far texts are believed beside a draft head, learned by which of the two foretold what came (the weights of a mixture, by expectation
/// maximisation as it goes), by the length of the context that the texts know and how deep in the draft it is. Safe for several threads.
/// </summary>
internal sealed class MixtureWeights
{
    private const int Lengths = 8;          // none, 1, 2, 3, 4-7, 8-15, 16-31, more
    private const int Depths = 3;           // first token of the draft, second, later
    private const double PriorWeight = 8;   // observations that the first weights count for
    private const double Forgets = 4096;    // observations of a kind that count

    private static readonly double[] FirstWeights = [0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 0.9, 0.9];

    private readonly Lock _lock = new();
    private readonly double[] _texts = new double[Lengths * Depths];
    private readonly double[] _seen = new double[Lengths * Depths];

    /// <summary>Begins with texts that are believed the more, the longer the context is.</summary>
    public MixtureWeights()
    {
        for (var cell = 0; cell < _seen.Length; cell++)
        {
            (_texts[cell], _seen[cell]) = (PriorWeight * FirstWeights[cell / Depths], PriorWeight);
        }
    }

    /// <summary>Returns the weight of texts, between 0 and 1; the head has the rest.</summary>
    /// <param name="length">The length of the context that texts know.</param>
    /// <param name="depth">How many drafted tokens are before.</param>
    public double Texts(int length, int depth)
    {
        var cell = Cell(length, depth);
        lock (_lock)
        {
            return Math.Clamp(_texts[cell] / _seen[cell], 0.01, 0.99);
        }
    }

    /// <summary>Learns from a token; nothing from one that neither held possible.</summary>
    /// <param name="length">The length of the context that texts knew.</param>
    /// <param name="depth">How many drafted tokens were before.</param>
    /// <param name="byTexts">How likely it was by texts.</param>
    /// <param name="byHead">How likely it was by the head.</param>
    public void Learn(int length, int depth, double byTexts, double byHead)
    {
        var (cell, weight) = (Cell(length, depth), Texts(length, depth));
        var (texts, whole) = (weight * byTexts, (weight * byTexts) + ((1 - weight) * byHead));
        if (whole == 0)
        {
            return;
        }

        lock (_lock)
        {
            if (_seen[cell] >= Forgets)
            {
                (_texts[cell], _seen[cell]) = (_texts[cell] / 2, _seen[cell] / 2);
            }

            _seen[cell]++;
            _texts[cell] += texts / whole;
        }
    }

    private static int Cell(int length, int depth) =>
        ((length < 4 ? length : Math.Min(int.Log2(length) + 2, Lengths - 1)) * Depths) + Math.Min(depth, Depths - 1);
}
