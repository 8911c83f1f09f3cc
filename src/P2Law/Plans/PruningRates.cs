namespace LlmEfficiency.P2Law.Plans;

/// <summary>The part of the parameters that is gone, by what it is a part of.</summary>
/// <param name="Total">Of all parameters, embeddings included: ρ of P2 Law.</param>
/// <param name="NonEmbedding">Of all but the embedding and the output matrix.</param>
/// <param name="Prunable">Of the weights of the linear maps within the layers.</param>
public sealed record PruningRates(double Total, double NonEmbedding, double Prunable)
{
    /// <summary>Compares two models.</summary>
    /// <param name="before">The source.</param>
    /// <param name="after">The result, zeros not counted.</param>
    public static PruningRates Of(ParameterCounts before, ParameterCounts after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return new PruningRates(
            Gone(before.Total, after.Total),
            Gone(before.NonEmbedding, after.NonEmbedding),
            Gone(before.Prunable, after.Prunable));
    }

    private static double Gone(long before, long after) => 1 - ((double)after / before);
}
