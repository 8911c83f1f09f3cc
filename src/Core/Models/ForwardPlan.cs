using LlmEfficiency.Core.Caching;
using LlmEfficiency.Core.Tensors;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Models;

/// <summary>What all layers of one forward pass share.</summary>
internal sealed record ForwardPlan(
    (Tensor Cosines, Tensor Sines) Turns, Visibility Visibility, CacheStep? Step, IForwardObserver? Observer, LayerArithmetic Arithmetic);
