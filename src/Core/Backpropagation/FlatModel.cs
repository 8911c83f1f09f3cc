using LlmEfficiency.Core.Kernels;
using LlmEfficiency.Core.Models;

namespace LlmEfficiency.Core.Backpropagation;

/// <summary>A model's parameters in one flat array, and the matrix products that the passes need of them.</summary>
/// <typeparam name="T">The type of the parameters.</typeparam>
/// <typeparam name="TElement">How that type lies in memory.</typeparam>
/// <param name="config">The sizes.</param>
/// <param name="weights">The parameters.</param>
/// <param name="gradient">Where their gradient goes.</param>
internal sealed unsafe class FlatModel<T, TElement>(TransformerConfig config, NativeBuffer<T> weights, NativeBuffer<T> gradient)
    where T : unmanaged
    where TElement : IElement<T>
{
    /// <summary>Gets the sizes.</summary>
    public TransformerConfig Config { get; } = config;

    /// <summary>Gets where each parameter lies.</summary>
    public ParameterLayout Layout { get; } = ParameterLayout.Of(config);

    /// <summary>Returns where a parameter lies.</summary>
    public T* Weight(ParameterPlace place) => weights.Pointer + place.Offset;

    /// <summary>Returns where a parameter's gradient goes.</summary>
    public T* Gradient(ParameterPlace place) => gradient.Pointer + place.Offset;

    /// <summary>Copies a norm's factors to fp32.</summary>
    public void ReadNorm(ParameterPlace place, float* target) =>
        RowKernel<T, TElement>.Widen(Weight(place), target, place.Count);

    /// <summary>Computes <c>output = input · Wᵀ + bias</c>.</summary>
    public void Project(Linear linear, T* input, T* output, int rows)
    {
        MatrixProduct.Multiply(
            Matrix.Of(input, rows, linear.Inputs), Of(linear, Weight(linear.Weight)).Transposed, Matrix.Of(output, rows, linear.Outputs), TElement.TorchType);
        if (linear.Bias is { } bias)
        {
            RowKernel<T, TElement>.AddBias(output, Weight(bias), rows, linear.Outputs);
        }
    }

    /// <summary>Computes the gradient of a linear map's weight and bias, and the derivative by its input.</summary>
    /// <param name="linear">The map.</param>
    /// <param name="input">What it was given, <c>[rows, in]</c>.</param>
    /// <param name="slope">The derivative by what it returned, <c>[rows, out]</c>.</param>
    /// <param name="inputSlope">Receives the derivative by the input, <c>[rows, in]</c>.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="isAdded">Whether the derivative by the input is added to what is there.</param>
    public void Reverse(Linear linear, T* input, T* slope, T* inputSlope, int rows, bool isAdded = false)
    {
        var slopes = Matrix.Of(slope, rows, linear.Outputs);
        MatrixProduct.Multiply(
            slopes.Transposed, Matrix.Of(input, rows, linear.Inputs), Of(linear, Gradient(linear.Weight)), TElement.TorchType);
        if (linear.Bias is { } bias)
        {
            var sums = stackalloc float[linear.Outputs];
            RowKernel<T, TElement>.SumRows(slope, sums, rows, linear.Outputs);
            RowKernel<T, TElement>.Narrow(sums, Gradient(bias), linear.Outputs);
        }

        MatrixProduct.Multiply(
            slopes, Of(linear, Weight(linear.Weight)), Matrix.Of(inputSlope, rows, linear.Inputs), TElement.TorchType, isAdded);
    }

    private static Matrix Of(Linear linear, T* memory) => Matrix.Of(memory, linear.Outputs, linear.Inputs);
}
