using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Backpropagation;

/// <summary>What a fused pass learns from a teacher: the head asks for the teacher's logits a stretch at a time, like its own.</summary>
/// <typeparam name="T">The type of both models' logits.</typeparam>
/// <typeparam name="TElement">How that type lies in memory.</typeparam>
/// <param name="teacher">The teacher's forward pass; taken over.</param>
/// <param name="weight">The share of the divergence in the loss, 0 to 1; the rest is the objective's.</param>
/// <param name="temperature">What both models' logits are divided by before they are compared.</param>
/// <remarks>
/// With λ the weight, τ the temperature and w_t the weight of target t (minus its slope in the objective), the loss is
/// <c>(1 − λ) · objective + λ Σ_t w_t τ² KL(p_τ ‖ q_τ)</c>. τ² keeps the gradient's size, as Hinton et al. (2015) say.
/// </remarks>
internal sealed unsafe class FusedDistillation<T, TElement>(FusedTransformer<T, TElement> teacher, double weight, double temperature) : IDisposable
    where T : unmanaged
    where TElement : IElement<T>
{
    private readonly float _inverse = (float)(1 / temperature);

    /// <summary>Gets the share of the objective in the loss.</summary>
    public double ObjectiveShare => 1 - weight;

    /// <summary>Runs the teacher over a shard.</summary>
    public void Follow(PackedShard shard) => teacher.Follow(shard);

    /// <summary>Computes the teacher's logits of a stretch.</summary>
    /// <param name="sources">The tokens whose successors are targets.</param>
    /// <returns>Logits, <c>[sources, vocab]</c>; valid until the next call.</returns>
    public T* Logits(ReadOnlySpan<int> sources) => teacher.Logits(sources);

    /// <summary>Replaces a row of the student's logits by the derivative of the whole loss by them.</summary>
    /// <param name="student">The student's row.</param>
    /// <param name="teacherRow">The teacher's.</param>
    /// <param name="vocabulary">Their length.</param>
    /// <param name="studentSum">The logarithm of the sum of the student's exponentials.</param>
    /// <param name="token">The target.</param>
    /// <param name="slope">The objective's slope by the target's log-probability.</param>
    /// <returns>What the divergence adds to the loss.</returns>
    public double Mix(T* student, T* teacherRow, int vocabulary, float studentSum, int token, float slope)
    {
        var row = new DistillationRow<T>(student, teacherRow, _inverse)
        {
            StudentSum = studentSum,
            SoftSum = LogitKernel<T, TElement>.LogSumExp(student, vocabulary, _inverse),
            TeacherSum = LogitKernel<T, TElement>.LogSumExp(teacherRow, vocabulary, _inverse),
        };
        var scale = -slope * weight * temperature;
        var loss = scale * temperature * DistillationKernel<T, TElement>.Divergence(row, vocabulary);
        DistillationKernel<T, TElement>.Derive(row, vocabulary, token, (float)(slope * ObjectiveShare), (float)scale);
        return loss;
    }

    /// <inheritdoc/>
    public void Dispose() => teacher.Dispose();
}
