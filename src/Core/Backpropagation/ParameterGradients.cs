using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Backpropagation;

/// <summary>Brings the gradients that libtorch left in parameters home.</summary>
internal static class ParameterGradients
{
    /// <summary>Copies the gradients and forgets them.</summary>
    /// <param name="layout">Where each goes.</param>
    /// <param name="parameters">The parameters by name.</param>
    /// <param name="gradient">Receives them, <c>[length]</c>; the gaps, and those of parameters that nothing depends on, are zero.</param>
    public static void Collect(ParameterLayout layout, IReadOnlyDictionary<string, Parameter> parameters, Span<float> gradient)
    {
        gradient.Clear();
        foreach (var place in layout.Places)
        {
            if (parameters[place.Name].grad is { } found)
            {
                using (found)
                using (var host = found.to(ScalarType.Float32).cpu().reshape(-1))
                {
                    // The gradient crosses to the host once a shard.
                    host.data<float>().CopyTo(gradient.Slice((int)place.Offset, (int)place.Count));
                }

                parameters[place.Name].grad = null;
            }
        }
    }
}
