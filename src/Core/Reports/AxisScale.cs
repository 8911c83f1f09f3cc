using System.Globalization;

namespace LlmEfficiency.Core.Reports;

/// <summary>An axis: where on it a value lies and which values are marked.</summary>
internal sealed class AxisScale
{
    private const double Largest = 1e300; // differences stay finite
    private const int MostTicks = 12;

    private static readonly int[] RoundDigits = [1, 2, 5, 10];

    private static readonly (double Factor, string Suffix)[] Prefixes = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1, "")];

    private readonly bool _isLogarithmic;
    private readonly double _start;
    private readonly double _end;

    private AxisScale(bool isLogarithmic, double start, double end) => (_isLogarithmic, _start, _end) = (isLogarithmic, start, end);

    /// <summary>Makes the axis that shows all of the values that can be shown.</summary>
    /// <param name="values">Any values; those that are not finite, or not positive on a logarithmic axis, do not count.</param>
    /// <param name="isLogarithmic">Whether equal factors have equal lengths.</param>
    /// <param name="margin">The part of the span that stays free at each end.</param>
    public static AxisScale Fit(IEnumerable<double> values, bool isLogarithmic, double margin)
    {
        var (least, most) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values.Where(value => CanShow(value, isLogarithmic)))
        {
            var place = isLogarithmic ? Math.Log10(value) : value;
            (least, most) = (Math.Min(least, place), Math.Max(most, place));
        }

        if (least > most)
        {
            (least, most) = (0, 1);
        }

        // A flat line lies in the middle.
        var span = most - least;
        var free = span > Math.Abs(most) * 1e-12 ? span * margin : Math.Max(Math.Abs(most) * 0.1, isLogarithmic ? 0.3 : 1e-3);
        return new AxisScale(isLogarithmic, least - free, most + free);
    }

    /// <summary>Returns whether a value has a place on the axis.</summary>
    public bool CanShow(double value) => CanShow(value, _isLogarithmic);

    /// <summary>Returns where a value lies: 0 at the start of the axis, 1 at its end.</summary>
    public double Fraction(double value) => ((_isLogarithmic ? Math.Log10(value) : value) - _start) / (_end - _start);

    /// <summary>Returns the marked values with their text, in rising order.</summary>
    public IReadOnlyList<(double Value, string Text)> Ticks()
    {
        var values = _isLogarithmic && Math.Floor(_end) - Math.Ceiling(_start) >= 1 ? Powers()
            : _isLogarithmic ? Round(Math.Pow(10, _start), Math.Pow(10, _end))
            : Round(_start, _end);
        return [.. values.Select(value => (value, Text(value))).DistinctBy(tick => tick.Item2)];
    }

    private static bool CanShow(double value, bool isLogarithmic) => Math.Abs(value) <= Largest && (!isLogarithmic || value > 0);

    // Multiples of 1, 2 or 5 times a power of ten.
    private static IEnumerable<double> Round(double start, double end)
    {
        var rough = (end - start) / 6;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = RoundDigits.Select(digit => digit * power).First(step => step >= rough * 0.999);
        var first = Math.Ceiling(start / step);
        return Enumerable.Range(0, MostTicks).Select(index => (first + index) * step)
            .TakeWhile(value => value <= end + (step * 1e-9)).Where(value => value >= start - (step * 1e-9));
    }

    private static string Text(double value)
    {
        var size = Math.Abs(value);
        if (size is not 0 and (< 1e-3 or >= 1e15))
        {
            return value.ToString("0.###e+0", CultureInfo.InvariantCulture);
        }

        var (factor, suffix) = Prefixes.First(prefix => size >= prefix.Factor * 0.99999 || prefix.Factor == 1);
        return (value / factor).ToString("0.#####", CultureInfo.InvariantCulture) + suffix;
    }

    private IEnumerable<double> Powers()
    {
        var (first, last) = ((int)Math.Ceiling(_start), (int)Math.Floor(_end));
        var stride = ((last - first) / 8) + 1;
        for (var power = first; power <= last; power += stride)
        {
            yield return Math.Pow(10, power);
        }
    }
}
