using System.Runtime.Intrinsics;

namespace LlmEfficiency.Core.Kernels;

/// <summary>How one element type lies in memory; all kernels compute in fp32.</summary>
/// <typeparam name="T">The stored type.</typeparam>
internal unsafe interface IElement<T>
    where T : unmanaged
{
    /// <summary>Gets libtorch's number of the type (<c>c10::ScalarType</c>).</summary>
    static abstract int TorchType { get; }

    /// <summary>Reads sixteen neighbours.</summary>
    static abstract Vector512<float> Load(T* source);

    /// <summary>Reads eight neighbours.</summary>
    static abstract Vector256<float> LoadEight(T* source);

    /// <summary>Writes sixteen neighbours, rounded to nearest even.</summary>
    static abstract void Store(T* target, Vector512<float> values);

    /// <summary>Reads one.</summary>
    static abstract float Get(T value);

    /// <summary>Rounds one.</summary>
    static abstract T Round(float value);
}
