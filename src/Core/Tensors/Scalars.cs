using TorchSharp;

namespace LlmEfficiency.Core.Tensors;

/// <summary>Numbers for libtorch that live as long as the process.</summary>
/// <remarks>
/// A number that is handed to TorchSharp becomes an object with a finalizer, of which only the native address is used during the call: a
/// collection on another thread may free it in the middle. <c>a.add(b)</c> makes such an object too, the factor 1 of <c>b</c>. Code that runs
/// often passes one of these, or holds its own with <c>using</c>.
/// </remarks>
public static class Scalars
{
    /// <summary>Gets 1.</summary>
    public static Scalar One { get; } = 1;

    /// <summary>Gets 0.</summary>
    public static Scalar Zero { get; } = 0;
}
