using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Fitting;
using MathNet.Numerics.Distributions;

namespace LlmEfficiency.P2Law.Inference;

/// <summary>
/// Intervals of single constants for independent normal errors: a value belongs to the interval if the squares grow by no more
/// than chance allows when the constant is held there and all others are fitted again. A constant that the rows do not determine
/// has open ends.
/// </summary>
/// <remarks>
/// The bound is that of Student's t: n ln(1 + F / (n − k)), exact for linear laws. Checkpoints of one run are not independent,
/// so these intervals are too short where runs differ by more than noise; <see cref="ClusterBootstrap"/> is for them.
/// </remarks>
public static class ProfileLikelihood
{
    private const int MostDoublings = 14;
    private const int Bisections = 30;
    private const double LargestLog = 25; // e^25: beyond it an end counts as open

    /// <summary>Returns the interval of a constant.</summary>
    /// <param name="problem">The law and the rows.</param>
    /// <param name="fit">The fit; it must be one of squares.</param>
    /// <param name="settings">How the law was fitted.</param>
    /// <param name="parameter">The constant's number: coefficients, then exponents.</param>
    /// <param name="level">The confidence.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static ParameterInterval Interval(
        FitProblem problem,
        LawFit fit,
        FitSettings settings,
        int parameter,
        double level = 0.95,
        CancellationToken cancellation = default)
    {
        if (settings.Objective.IsRobust)
        {
            throw new ArgumentException("a Huber loss is no likelihood", nameof(settings));
        }

        var freedom = Math.Max(1, problem.Points.Length - problem.FreeCount);
        var most = fit.Objective * (1 + (FisherSnedecor.InvCDF(1, freedom, level) / freedom));
        var profile = new Profile(problem, fit, settings with { Threads = 1 }, parameter, most, cancellation);
        return new ParameterInterval(profile.End(-1), profile.End(1));
    }

    private sealed class Profile(
        FitProblem problem, LawFit fit, FitSettings settings, int parameter, double most, CancellationToken cancellation)
    {
        private readonly bool _isLogarithmic = parameter < problem.Terms && problem.Lower[parameter] == 0 && fit.Parameters[parameter] > 0;
        private readonly double _center = fit.Parameters[parameter];

        public double End(int direction)
        {
            var (inside, constants) = (0.0, (double[])fit.Parameters.Clone());
            var step = _isLogarithmic ? 0.05 : Math.Max(1e-3, 0.05 * Math.Abs(_center));
            for (var doubling = 0; doubling < MostDoublings; doubling++, step *= 2)
            {
                var offset = inside + (direction * step);
                var value = Value(offset);
                var bound = direction < 0 ? problem.Lower[parameter] : problem.Upper[parameter];
                if (Math.Abs(offset) > LargestLog && _isLogarithmic)
                {
                    return direction < 0 ? 0 : double.PositiveInfinity;
                }

                if (!_isLogarithmic && direction * value >= direction * bound)
                {
                    return AtBound(bound, inside, constants);
                }

                var trial = (double[])constants.Clone();
                if (Cost(value, trial) > most)
                {
                    return Bisect(inside, offset, constants);
                }

                (inside, constants) = (offset, trial);
            }

            return _isLogarithmic && direction < 0 ? 0 : direction * double.PositiveInfinity;
        }

        private double AtBound(double bound, double inside, double[] constants) =>
            double.IsInfinity(bound) || Cost(bound, (double[])constants.Clone()) <= most ? bound : Bisect(inside, bound - _center, constants);

        private double Value(double offset) => _isLogarithmic ? _center * Math.Exp(offset) : _center + offset;

        private double Bisect(double inside, double outside, double[] constants)
        {
            for (var round = 0; round < Bisections && Math.Abs(outside - inside) > 1e-6 * Math.Abs(outside); round++)
            {
                var middle = (inside + outside) / 2;
                var trial = (double[])constants.Clone();
                if (Cost(Value(middle), trial) > most)
                {
                    outside = middle;
                }
                else
                {
                    (inside, constants) = (middle, trial);
                }
            }

            return Value(inside);
        }

        // The least squares with the constant held; the constants follow.
        private double Cost(double value, double[] constants)
        {
            try
            {
                constants[parameter] = value;
                var held = LawFitter.FitFrom(problem.WithFixed(parameter, value), settings, [constants], cancellation);
                held.Parameters.CopyTo(constants, 0);
                return held.Objective;
            }
            catch (LlmEfficiencyException)
            {
                return double.PositiveInfinity;
            }
        }
    }
}
