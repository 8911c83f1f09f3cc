using System.Runtime.Intrinsics;

namespace LlmEfficiency.Core.Optimization;

/// <summary>Adam with decoupled weight decay, one pass over memory.</summary>
/// <remarks>Loshchilov, Hutter: Decoupled weight decay regularization (ICLR 2019), algorithm 2; bias correction as in PyTorch.</remarks>
public static unsafe class AdamW
{
    /// <summary>Makes one step.</summary>
    /// <param name="weights">The parameters, changed in place.</param>
    /// <param name="gradient">Their gradient, as long.</param>
    /// <param name="first">The running mean of gradients, changed in place.</param>
    /// <param name="second">The running mean of squared gradients, changed in place.</param>
    /// <param name="step">Rates of this step.</param>
    /// <param name="decays">Whether weight decay pulls at these parameters.</param>
    public static void Update(
        Span<float> weights, ReadOnlySpan<float> gradient, Span<float> first, Span<float> second, AdamWStep step, bool decays)
    {
        var kept = decays ? (float)(1 - (step.LearningRate * step.WeightDecay)) : 1f;
        var (beta1, beta2) = ((float)step.Beta1, (float)step.Beta2);
        var scale = (float)step.GradientScale;
        var rate = (float)(step.LearningRate / (1 - Math.Pow(step.Beta1, step.Number)));
        var correction = (float)(1 / Math.Sqrt(1 - Math.Pow(step.Beta2, step.Number)));
        var epsilon = (float)step.Epsilon;
        fixed (float* w = weights, g = gradient, m = first, v = second)
        {
            var at = 0;
            for (; at <= weights.Length - Vector512<float>.Count; at += Vector512<float>.Count)
            {
                var slope = Vector512.Load(g + at) * Vector512.Create(scale);
                var mean = (Vector512.Load(m + at) * Vector512.Create(beta1)) + (slope * Vector512.Create(1 - beta1));
                var square = (Vector512.Load(v + at) * Vector512.Create(beta2)) + (slope * slope * Vector512.Create(1 - beta2));
                mean.Store(m + at);
                square.Store(v + at);
                var length = (Vector512.Sqrt(square) * Vector512.Create(correction)) + Vector512.Create(epsilon);
                ((Vector512.Load(w + at) * Vector512.Create(kept)) - (mean / length * Vector512.Create(rate))).Store(w + at);
            }

            for (; at < weights.Length; at++)
            {
                var slope = g[at] * scale;
                m[at] = (m[at] * beta1) + (slope * (1 - beta1));
                v[at] = (v[at] * beta2) + (slope * slope * (1 - beta2));
                w[at] = (w[at] * kept) - (m[at] / ((MathF.Sqrt(v[at]) * correction) + epsilon) * rate);
            }
        }
    }
}
