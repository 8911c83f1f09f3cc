namespace LlmEfficiency.Core.Devices;

/// <summary>An NVIDIA GPU as its driver describes it.</summary>
/// <param name="Index">The number behind <c>cuda:</c>.</param>
/// <param name="Name">The model name.</param>
/// <param name="MemoryBytes">All its memory in bytes.</param>
/// <param name="ComputeCapability">What its cores can do, for example 9.0.</param>
public sealed record CudaDevice(int Index, string Name, long MemoryBytes, Version ComputeCapability);
