namespace LlmEfficiency.Core.Kernels;

/// <summary>One token's logits of a student and its teacher, with what makes distributions of them.</summary>
/// <typeparam name="T">The type of the logits.</typeparam>
/// <param name="student">The student's logits z, <c>[vocab]</c>.</param>
/// <param name="teacher">The teacher's, <c>[vocab]</c>.</param>
/// <param name="inverseTemperature">One over the temperature τ.</param>
internal readonly unsafe struct DistillationRow<T>(T* student, T* teacher, float inverseTemperature)
    where T : unmanaged
{
    /// <summary>Gets the student's logits z, <c>[vocab]</c>.</summary>
    public T* Student { get; } = student;

    /// <summary>Gets the teacher's logits, <c>[vocab]</c>.</summary>
    public T* Teacher { get; } = teacher;

    /// <summary>Gets one over the temperature τ.</summary>
    public float InverseTemperature { get; } = inverseTemperature;

    /// <summary>Gets the logarithm of the sum of <c>e^z</c> of the student.</summary>
    public required float StudentSum { get; init; }

    /// <summary>Gets the logarithm of the sum of <c>e^(z/τ)</c> of the student.</summary>
    public required float SoftSum { get; init; }

    /// <summary>Gets the logarithm of the sum of <c>e^(z/τ)</c> of the teacher.</summary>
    public required float TeacherSum { get; init; }
}
