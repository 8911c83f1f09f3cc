using System.Runtime.Intrinsics;

namespace LlmEfficiency.Core.Kernels;

/// <summary>
/// The divergence of a student's distribution from a teacher's, both softened by a temperature, and the derivative by the student's
/// logits, mixed with that of the log-probability of a token.
/// </summary>
/// <typeparam name="T">The type of the logits.</typeparam>
/// <typeparam name="TElement">How that type lies in memory.</typeparam>
/// <remarks>Hinton, Vinyals, Dean: Distilling the knowledge in a neural network (2015), section 2.</remarks>
internal static unsafe class DistillationKernel<T, TElement>
    where T : unmanaged
    where TElement : IElement<T>
{
    /// <summary>Returns <c>KL(p ‖ q) = Σ p (log p − log q)</c> of one row, p the teacher's and q the student's softened distribution.</summary>
    /// <param name="row">The logits.</param>
    /// <param name="vocabulary">The length of a row.</param>
    public static double Divergence(in DistillationRow<T> row, int vocabulary)
    {
        var sums = Vector512<float>.Zero;
        var at = 0;
        for (; at <= vocabulary - Lanes.Count; at += Lanes.Count)
        {
            var teacher = Scaled(row.Teacher + at, row.InverseTemperature) - Vector512.Create(row.TeacherSum);
            var student = Scaled(row.Student + at, row.InverseTemperature) - Vector512.Create(row.SoftSum);
            sums += Lanes.Exp(teacher) * (teacher - student);
        }

        double sum = Vector512.Sum(sums);
        for (; at < vocabulary; at++)
        {
            var teacher = (TElement.Get(row.Teacher[at]) * row.InverseTemperature) - row.TeacherSum;
            var student = (TElement.Get(row.Student[at]) * row.InverseTemperature) - row.SoftSum;
            sum += MathF.Exp(teacher) * (teacher - student);
        }

        return sum;
    }

    /// <summary>
    /// Replaces the student's row by <c>slope · (1[token] − softmax(z)) + softSlope · (q − p)</c>.
    /// </summary>
    /// <param name="row">The logits.</param>
    /// <param name="vocabulary">The length of a row.</param>
    /// <param name="token">The chosen token.</param>
    /// <param name="slope">The derivative by the token's log-probability.</param>
    /// <param name="softSlope">The derivative by the divergence, divided by the temperature.</param>
    public static void Derive(in DistillationRow<T> row, int vocabulary, int token, float slope, float softSlope)
    {
        var chosen = Slope(row, token, slope, softSlope) + slope;
        var at = 0;
        for (; at <= vocabulary - Lanes.Count; at += Lanes.Count)
        {
            var hard = Lanes.Exp(TElement.Load(row.Student + at) - Vector512.Create(row.StudentSum));
            var student = Lanes.Exp(Scaled(row.Student + at, row.InverseTemperature) - Vector512.Create(row.SoftSum));
            var teacher = Lanes.Exp(Scaled(row.Teacher + at, row.InverseTemperature) - Vector512.Create(row.TeacherSum));
            TElement.Store(row.Student + at, (hard * Vector512.Create(-slope)) + ((student - teacher) * Vector512.Create(softSlope)));
        }

        for (; at < vocabulary; at++)
        {
            row.Student[at] = TElement.Round(Slope(row, at, slope, softSlope));
        }

        row.Student[token] = TElement.Round(chosen);
    }

    private static Vector512<float> Scaled(T* logits, float factor) => TElement.Load(logits) * Vector512.Create(factor);

    private static float Slope(in DistillationRow<T> row, int at, float slope, float softSlope)
    {
        var (student, teacher) = (TElement.Get(row.Student[at]), TElement.Get(row.Teacher[at]));
        var hard = MathF.Exp(student - row.StudentSum);
        var soft = MathF.Exp((student * row.InverseTemperature) - row.SoftSum) - MathF.Exp((teacher * row.InverseTemperature) - row.TeacherSum);
        return (-slope * hard) + (softSlope * soft);
    }
}
