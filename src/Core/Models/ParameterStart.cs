using static TorchSharp.torch;

namespace LlmEfficiency.Core.Models;

/// <summary>The numbers that training starts from.</summary>
internal static class ParameterStart
{
    /// <summary>Fills parameters: norms become one, biases zero.</summary>
    /// <param name="parameters">The parameters by name, in the order in which they draw random numbers.</param>
    /// <param name="generator">The source of randomness, on their device.</param>
    /// <param name="deviation">The standard deviation of the matrices.</param>
    public static void Fill(IEnumerable<(string Name, Tensor Parameter)> parameters, Generator generator, double deviation)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        foreach (var (name, parameter) in parameters)
        {
            _ = parameter.dim() > 1 ? parameter.normal_(0, deviation, generator)
                : name.EndsWith("bias", StringComparison.Ordinal) ? parameter.zero_()
                : parameter.fill_(1);
        }
    }
}
