using LlmEfficiency.Core.Devices;

namespace LlmEfficiency.Core.Simd;

/// <summary>How the engine of kernels runs.</summary>
public sealed record SimdEngineSettings
{
    /// <summary>Gets how the matrices are kept.</summary>
    public WeightFormat Weights { get; init; }

    /// <summary>Gets whether a model that is stored packed is run as it is stored, whatever <see cref="Weights"/> says.</summary>
    public bool TakesStored { get; init; }

    /// <summary>Gets how keys and values are kept.</summary>
    public CacheFormat Cache { get; init; }

    /// <summary>Gets how many threads compute: the physical cores by default.</summary>
    public int Threads { get; init; } = TorchThreads.Default;

    /// <summary>Gets the instructions to use: the best ones by default.</summary>
    public SimdPath Path { get; init; } = SimdPaths.Best;
}
