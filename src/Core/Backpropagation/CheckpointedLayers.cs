using LlmEfficiency.Core.Models;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Backpropagation;

/// <summary>
/// Activation checkpointing under libtorch's autograd: only each layer's input is kept, and its inside is computed again backward.
/// </summary>
/// <remarks>Chen, Xu, Zhang, Guestrin: Training deep nets with sublinear memory cost (2016), one segment a layer.</remarks>
internal static class CheckpointedLayers
{
    /// <summary>Computes a loss and leaves the gradients in the parameters.</summary>
    /// <param name="model">The model.</param>
    /// <param name="request">Tokens, positions and visibility; without a cache.</param>
    /// <param name="judge">The loss, with the tensor from which the derivative starts, of the last layer's output.</param>
    public static double Differentiate(
        Transformer model, ForwardRequest request, Func<Tensor, (double Loss, Tensor? Root, Tensor? Slope)> judge)
    {
        using var scope = NewDisposeScope();
        var layers = model.Segments(request);
        var inputs = new Tensor[layers.Count + 1];                                      // each [1, seq, hidden]
        using (no_grad())
        {
            inputs[0] = model.Embed(request.Tokens);
            for (var layer = 0; layer < layers.Count; layer++)
            {
                inputs[layer + 1] = layers[layer](inputs[layer]);
            }
        }

        var last = inputs[^1].detach().requires_grad_();
        var (loss, root, slope) = judge(last);
        if (root is null)
        {
            return loss;
        }

        root.backward([slope!]);
        var flowing = last.grad!;
        for (var layer = layers.Count - 1; layer >= 0; layer--)
        {
            using var inner = NewDisposeScope();
            var input = inputs[layer].detach().requires_grad_();
            layers[layer](input).backward([flowing]);
            flowing.Dispose();
            flowing = input.grad!.MoveToOuterDisposeScope();
        }

        model.Embed(request.Tokens).backward([flowing]);
        return loss;
    }
}
