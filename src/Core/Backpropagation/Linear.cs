namespace LlmEfficiency.Core.Backpropagation;

/// <summary>A linear map among the parameters.</summary>
/// <param name="Weight">Its matrix, <c>[out, in]</c>.</param>
/// <param name="Bias">What it adds, <c>[out]</c>, if it does.</param>
internal sealed record Linear(ParameterPlace Weight, ParameterPlace? Bias)
{
    /// <summary>Gets the width of what goes in.</summary>
    public int Inputs { get; } = (int)Weight.Shape[1];

    /// <summary>Gets the width of what comes out.</summary>
    public int Outputs { get; } = (int)Weight.Shape[0];

    /// <summary>Finds a map by its Hugging Face name.</summary>
    public static Linear Find(ParameterLayout layout, string name) =>
        new(layout[$"{name}.weight"], layout.Find($"{name}.bias"));
}
