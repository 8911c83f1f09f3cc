namespace LlmEfficiency.P2Law.Laws;

/// <summary>Losses of a law whose constants are known.</summary>
public static class LawEvaluation
{
    /// <summary>Returns the loss at a place.</summary>
    /// <param name="law">The law.</param>
    /// <param name="parameters">Coefficients, then exponents.</param>
    /// <param name="point">The place, in the units of the constants.</param>
    /// <returns>The loss in nats.</returns>
    public static double Loss(this ILaw law, ReadOnlySpan<double> parameters, in LawPoint point)
    {
        var (count, exponents) = (law.Description.Coefficients.Count, law.Description.Exponents.Count);
        Span<double> terms = stackalloc double[count];
        Span<double> slopes = stackalloc double[count * exponents];
        law.Terms(point, parameters[count..], terms, slopes);
        var loss = law.Offset(point);
        for (var term = 0; term < count; term++)
        {
            loss += parameters[term] * terms[term];
        }

        return loss;
    }

    /// <summary>Computes the derivatives of the loss by all constants.</summary>
    /// <param name="law">The law.</param>
    /// <param name="parameters">Coefficients, then exponents.</param>
    /// <param name="point">The place.</param>
    /// <param name="gradient">Receives the derivatives, <c>[parameters]</c>.</param>
    public static void Gradient(this ILaw law, ReadOnlySpan<double> parameters, in LawPoint point, Span<double> gradient)
    {
        var (count, exponents) = (law.Description.Coefficients.Count, law.Description.Exponents.Count);
        Span<double> slopes = stackalloc double[count * exponents];
        law.Terms(point, parameters[count..], gradient[..count], slopes);
        for (var exponent = 0; exponent < exponents; exponent++)
        {
            var sum = 0.0;
            for (var term = 0; term < count; term++)
            {
                sum += parameters[term] * slopes[(term * exponents) + exponent];
            }

            gradient[count + exponent] = sum;
        }
    }
}
