namespace LlmEfficiency.P2Law.Fitting;

/// <summary>Residuals as a function of a few coordinates.</summary>
internal interface IResiduals
{
    /// <summary>Gets how many residuals there are.</summary>
    int Rows { get; }

    /// <summary>Gets how many coordinates there are.</summary>
    int Coordinates { get; }

    /// <summary>Computes the residuals, prediction minus measurement, and their derivatives.</summary>
    /// <param name="at">The coordinates.</param>
    /// <param name="residuals">Receives the residuals, <c>[rows]</c>.</param>
    /// <param name="jacobian">Receives the derivatives, <c>[rows, coordinates]</c>.</param>
    /// <returns>False if the law has no finite value there.</returns>
    bool Evaluate(ReadOnlySpan<double> at, Span<double> residuals, Span<double> jacobian);
}
