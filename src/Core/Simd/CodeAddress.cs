namespace LlmEfficiency.Core.Simd;

/// <summary>An address in machine code: <c>base + index + displacement</c>, all in bytes.</summary>
/// <param name="Base">A general register other than rsp and r12, whose numbers mean something else here.</param>
/// <param name="Displacement">A number to add.</param>
/// <param name="Index">A general register to add; null for none.</param>
/// <param name="IsDouble">Whether the index counts twice.</param>
internal readonly record struct CodeAddress(int Base, int Displacement = 0, int? Index = null, bool IsDouble = false);
