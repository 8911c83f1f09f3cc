using LlmEfficiency.P2Law.Calibration;
using LlmEfficiency.P2Law.Plans;
using LlmEfficiency.P2Law.Scoring;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Depth;

/// <summary>Compares the hidden states before and behind stretches of layers.</summary>
internal static class StretchScores
{
    /// <summary>Returns a distance for each stretch, by its first layer.</summary>
    /// <param name="input">The model and the texts.</param>
    /// <param name="stretch">How many layers a stretch has: the states before layer i and i + stretch are compared.</param>
    /// <param name="distance">Makes distances, any shape, of cosines, <c>[batch, seq]</c>; their mean is taken.</param>
    public static double[] Of(PruningInput input, int stretch, Func<Tensor, Tensor> distance)
    {
        var model = input.Layers();
        var scores = new List<double>();
        var window = new Queue<HiddenStates>();         // before the latest layers, stretch + 1 at most
        try
        {
            var states = input.Embed();
            window.Enqueue(states);
            for (var index = 0; index < model.Config.LayerCount; index++)
            {
                input.Report("scoring layers", index, model.Config.LayerCount);
                using var layer = model.Layer(index);
                states = states.Through(layer, null, input.Cancellation);
                window.Enqueue(states);
                if (window.Count > stretch)
                {
                    using var first = window.Dequeue();
                    scores.Add(Mean(first, states, distance));
                }
            }

            return [.. scores];
        }
        finally
        {
            foreach (var states in window)
            {
                states.Dispose();
            }
        }
    }

    private static double Mean(HiddenStates before, HiddenStates after, Func<Tensor, Tensor> distance)
    {
        var (sum, count) = (0.0, 0L);
        foreach (var (left, right) in before.Batches.Zip(after.Batches))
        {
            using var scope = NewDisposeScope();
            var distances = distance(HiddenSimilarity.Cosines(left, right));
            sum += distances.sum().item<double>();
            count += distances.numel();
        }

        return sum / count;
    }
}
