using static TorchSharp.torch;

namespace LlmEfficiency.Core.Models;

/// <summary>Supplies the memory of one parameter: empty, or already holding a checkpoint's numbers.</summary>
/// <param name="name">The Hugging Face name (<c>model.layers.0.self_attn.q_proj.weight</c>).</param>
/// <param name="shape">The dimensions.</param>
/// <returns>A tensor of that shape on the model's device and in its type, which the model owns from then on.</returns>
public delegate Tensor ParameterAllocator(string name, long[] shape);
