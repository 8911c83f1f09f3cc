using System.Globalization;
using System.Numerics;

namespace LlmEfficiency.Core.Answers;

/// <summary>
/// A fraction in lowest terms. What would grow beyond 4096 bits is null: answers are small, attacks are not.
/// </summary>
internal readonly record struct Rational
{
    private const int MaxBits = 4096;
    private const int MaxExponent = 1000;

    private Rational(BigInteger numerator, BigInteger denominator) =>
        (Numerator, Denominator) = (numerator, denominator);

    public BigInteger Numerator { get; }

    public BigInteger Denominator { get; }

    public bool IsZero => Numerator.IsZero;

    public bool IsInteger => Denominator.IsOne;

    public static Rational Of(long value) => new(value, 1);

    /// <summary>Returns the fraction of two integers; null if the second is zero or either is too long.</summary>
    public static Rational? Of(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.IsZero || numerator.GetBitLength() > 2 * MaxBits || denominator.GetBitLength() > 2 * MaxBits)
        {
            return null;
        }

        var shared = BigInteger.GreatestCommonDivisor(numerator, denominator) * denominator.Sign;
        var (top, bottom) = (numerator / shared, denominator / shared);
        return top.GetBitLength() > MaxBits || bottom.GetBitLength() > MaxBits ? null : new Rational(top, bottom);
    }

    /// <summary>
    /// Reads <c>12</c>, <c>.5</c>, <c>1.25e-3</c> and, with the repeated digits in brackets, <c>0.1(6)</c>.
    /// </summary>
    public static Rational? Parse(string text)
    {
        var (mantissa, exponent) = (text, 0);
        var mark = text.IndexOfAny(['e', 'E']);
        if (mark >= 0)
        {
            mantissa = text[..mark];
            if (!int.TryParse(
                text[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)
                || Math.Abs(exponent) > MaxExponent)
            {
                return null;
            }
        }

        var bracket = mantissa.IndexOf('(');
        var repeated = bracket < 0 ? string.Empty : mantissa[(bracket + 1)..^1];
        mantissa = bracket < 0 ? mantissa : mantissa[..bracket];
        var point = mantissa.IndexOf('.');
        var places = point < 0 ? 0 : mantissa.Length - point - 1;
        var digits = mantissa.Replace(".", string.Empty, StringComparison.Ordinal);
        if (digits.Length + repeated.Length is 0 or > MaxExponent)
        {
            return null;
        }

        var scale = BigInteger.Pow(10, places);
        var plain = Of(Digits(digits), scale);
        if (repeated.Length > 0)
        {
            // 0.1(6) = 1/10 + 6/90
            plain = plain?.Add(Of(Digits(repeated), scale * (BigInteger.Pow(10, repeated.Length) - 1)));
        }

        var power = BigInteger.Pow(10, Math.Abs(exponent));
        return plain?.Multiply(exponent < 0 ? Of(1, power) : Of(power, 1));
    }

    public Rational? Add(Rational? other) => other is { } o
        ? Of((Numerator * o.Denominator) + (o.Numerator * Denominator), Denominator * o.Denominator)
        : null;

    public Rational? Multiply(Rational? other) => other is { } o
        ? Of(Numerator * o.Numerator, Denominator * o.Denominator) : null;

    public Rational? Divide(Rational? other) => other is { } o
        ? Of(Numerator * o.Denominator, Denominator * o.Numerator) : null;

    public Rational Negate() => new(-Numerator, Denominator);

    public Rational Abs() => new(BigInteger.Abs(Numerator), Denominator);

    /// <summary>Returns a power; null if it is irrational, undefined or too long.</summary>
    public Rational? Power(Rational exponent)
    {
        if (!exponent.IsInteger)
        {
            return exponent.Denominator > 64 ? null
                : Root((int)exponent.Denominator)?.Power(new Rational(exponent.Numerator, 1));
        }

        if (IsZero)
        {
            return exponent.Numerator.Sign > 0 ? this : null;
        }

        var longest = Math.Max(Numerator.GetBitLength(), Denominator.GetBitLength());
        var size = BigInteger.Abs(exponent.Numerator);
        if (longest <= 1 && size > 0)
        {
            return exponent.Numerator.IsEven ? Abs() : this; // 1 and -1 have every power
        }

        if (size * longest > MaxBits)
        {
            return null;
        }

        var (top, bottom) = (BigInteger.Pow(Numerator, (int)size), BigInteger.Pow(Denominator, (int)size));
        return exponent.Numerator.Sign < 0 ? Of(bottom, top) : Of(top, bottom);
    }

    /// <summary>Returns the real root of a degree; null if it is no fraction or not real.</summary>
    public Rational? Root(int degree)
    {
        var isNegative = Numerator.Sign < 0;
        return (isNegative && degree % 2 == 0) || degree < 1
            || Root(BigInteger.Abs(Numerator), degree) is not { } top || Root(Denominator, degree) is not { } bottom
                ? null
                : new Rational(isNegative ? -top : top, bottom);
    }

    public double ToDouble()
    {
        // Both sides are cut to 1000 bits at most, so that neither is infinite.
        var cut = (int)Math.Max(0, Math.Max(Numerator.GetBitLength(), Denominator.GetBitLength()) - 1000);
        var (top, bottom) = ((double)(Numerator >> cut), (double)(Denominator >> cut));
        return cut == 0 ? top / bottom
            : Math.Sign(top) * Math.Exp(BigInteger.Log(BigInteger.Abs(Numerator)) - BigInteger.Log(Denominator));
    }

    private static BigInteger Digits(string digits) =>
        digits.Length == 0 ? 0 : BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    private static BigInteger? Root(BigInteger value, int degree)
    {
        if (value.IsZero || value.IsOne)
        {
            return value;
        }

        // Newton's method from above falls until it has the integer part of the root.
        var guess = BigInteger.One << (int)((value.GetBitLength() / degree) + 1);
        while (true)
        {
            var next = (((degree - 1) * guess) + (value / BigInteger.Pow(guess, degree - 1))) / degree;
            if (next >= guess)
            {
                return BigInteger.Pow(guess, degree) == value ? guess : null;
            }

            guess = next;
        }
    }
}
