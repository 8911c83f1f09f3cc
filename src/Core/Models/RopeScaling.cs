using System.Text.Json.Serialization;

namespace LlmEfficiency.Core.Models;

/// <summary>How rotary frequencies are stretched for contexts longer than those trained on first.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "rope_type")]
[JsonDerivedType(typeof(Linear), "linear")]
[JsonDerivedType(typeof(Llama3), "llama3")]
public abstract record RopeScaling
{
    /// <summary>All frequencies divided by <paramref name="Factor"/> (position interpolation).</summary>
    /// <param name="Factor">The ratio of the new context to the old.</param>
    public sealed record Linear(double Factor) : RopeScaling;

    /// <summary>The rule of Llama 3.1: low frequencies divided by a factor, high ones kept, a ramp between.</summary>
    /// <param name="Factor">What low frequencies are divided by.</param>
    /// <param name="LowFrequencyFactor">The old context over the longest wavelength that is not fully scaled.</param>
    /// <param name="HighFrequencyFactor">The old context over the longest wavelength that is kept.</param>
    /// <param name="OriginalContextLength">The context trained on first, in tokens.</param>
    public sealed record Llama3(
        double Factor, double LowFrequencyFactor, double HighFrequencyFactor, int OriginalContextLength) : RopeScaling;
}
