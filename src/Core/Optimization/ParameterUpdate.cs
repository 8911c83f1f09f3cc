namespace LlmEfficiency.Core.Optimization;

/// <summary>Clips a gradient and steps along it, stretch by stretch on several threads.</summary>
/// <param name="threads">The threads.</param>
/// <param name="state">The parameters.</param>
internal sealed class ParameterUpdate(WorkerThreads threads, ParameterState state)
{
    private readonly double[] _squares = new double[(state.Layout.Length + GradientNorm.Stretch - 1) / GradientNorm.Stretch];

    /// <summary>Takes the weights that stay zero out of a gradient, and returns its length; NaN or infinite if any part of it is.</summary>
    public double Norm(float[] gradient)
    {
        ForEachStretch((stretch, start, length) =>
        {
            var slopes = gradient.AsSpan(start, length);
            state.Sparsity?.Apply(slopes, start);
            _squares[stretch] = GradientNorm.SumOfSquares(slopes);
        });
        return Math.Sqrt(_squares.Sum());
    }

    /// <summary>Makes one step of AdamW.</summary>
    /// <param name="gradient">The gradient, behind <see cref="Norm"/>.</param>
    /// <param name="step">The rates.</param>
    /// <param name="afterwards">Is told each stretch whose weights are new, to round them for the workers.</param>
    public void Apply(float[] gradient, AdamWStep step, Action<int, int> afterwards) => ForEachStretch((_, start, length) =>
    {
        var matrices = (int)Math.Clamp(state.Layout.DecayedLength - start, 0, length);
        Update(start, matrices, decays: true);
        Update(start + matrices, length - matrices, decays: false);
        afterwards(start, length);

        void Update(int from, int count, bool decays) => AdamW.Update(
            state.Weights.Slice(from, count), gradient.AsSpan(from, count), state.First.Slice(from, count), state.Second.Slice(from, count), step, decays);
    });

    private void ForEachStretch(Action<int, int, int> work)
    {
        var (next, length) = (-1, (int)state.Layout.Length);
        threads.Run(_ =>
        {
            for (int stretch; (stretch = Interlocked.Increment(ref next)) < _squares.Length;)
            {
                var start = stretch * GradientNorm.Stretch;
                work(stretch, start, Math.Min(GradientNorm.Stretch, length - start));
            }
        });
    }
}
