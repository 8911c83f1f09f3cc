namespace LlmEfficiency.Core.Tests.Kernels;

/// <summary>Reproducible random numbers for kernels.</summary>
internal static class RandomRows
{
    /// <summary>Returns numbers between minus and plus a size.</summary>
    public static double[] Make(Random random, int count, double size = 1) =>
        [.. Enumerable.Range(0, count).Select(_ => size * ((2 * random.NextDouble()) - 1))];

    /// <summary>Returns the derivative of a function by each of its arguments, from central differences.</summary>
    public static double[] Derive(double[] arguments, Func<double[], double> function, double step = 1e-5) =>
        [.. Enumerable.Range(0, arguments.Length).Select(at =>
            (Shifted(arguments, at, step, function) - Shifted(arguments, at, -step, function)) / (2 * step))];

    private static double Shifted(double[] arguments, int place, double step, Func<double[], double> function)
    {
        var shifted = arguments.ToArray();
        shifted[place] += step;
        return function(shifted);
    }
}
