using LlmEfficiency.Core.Models;
using LlmEfficiency.P2Law.Calibration;
using LlmEfficiency.P2Law.Plans;
using LlmEfficiency.P2Law.Scoring;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Depth;

/// <summary>Takes the layers without which the model predicts the calibration texts best.</summary>
/// <param name="isGreedy">Whether all are measured again once a layer is gone; else each is measured in the whole model alone.</param>
/// <remarks>
/// Shortened LLaMA (arXiv 2402.02834). All candidates pass through a layer while it is in memory: one reading of the weights a
/// measurement, and the hidden states of as many candidates as there are layers.
/// </remarks>
internal sealed class RemovalLoss(bool isGreedy) : ILayerMetric
{
    public bool NeedsCalibration => true;

    public LayerChoice Choose(PruningInput input, int count)
    {
        var all = Enumerable.Range(0, input.Config.LayerCount).ToArray();
        var first = Losses(input, all);
        var scores = new PruningScores { Layers = [.. all.Select(layer => first[layer])] };
        if (!isGreedy)
        {
            return new LayerChoice(Ranking.Least(scores.Layers, count), scores);
        }

        var dropped = new SortedSet<int>();
        for (var losses = first; ; losses = Losses(input, [.. all.Except(dropped)]))
        {
            dropped.Add(losses.OrderBy(pair => pair.Value).ThenBy(pair => pair.Key).First().Key);
            if (dropped.Count == count)
            {
                return new LayerChoice([.. dropped], scores);
            }
        }
    }

    /// <summary>Measures the loss of a token without each layer.</summary>
    /// <param name="input">The model and the texts.</param>
    /// <param name="layers">The layers that are still there, ascending.</param>
    /// <returns>The mean loss in nats, by the layer that is left out.</returns>
    internal static Dictionary<int, double> Losses(PruningInput input, IReadOnlyList<int> layers)
    {
        var model = input.Layers();
        var without = new Dictionary<int, HiddenStates>();
        var whole = input.Embed();
        try
        {
            foreach (var (place, index) in layers.Index())
            {
                input.Report("measuring without each layer", place, layers.Count);
                using var layer = model.Layer(index);
                foreach (var gone in without.Keys.ToArray())
                {
                    without[gone] = Advance(without[gone], layer, input.Cancellation);
                }

                without[index] = whole.Share();
                whole = Advance(whole, layer, input.Cancellation);
            }

            using var head = model.Head();
            return without.ToDictionary(pair => pair.Key, pair => Loss(head, pair.Value, input.Calibration));
        }
        finally
        {
            foreach (var states in without.Values.Append(whole))
            {
                states.Dispose();
            }
        }
    }

    private static HiddenStates Advance(HiddenStates states, DecoderLayer layer, CancellationToken cancellation)
    {
        using (states)
        {
            return states.Through(layer, null, cancellation);
        }
    }

    private static double Loss(DecoderHead head, HiddenStates states, CalibrationSet texts)
    {
        using var scope = NewDisposeScope();
        var sum = texts.Batches().Zip(states.Batches, (tokens, hidden) => head.Loss(hidden, tokens.to(hidden.device))).Sum();
        return sum / ((double)texts.Sequences.Count * (texts.Length - 1));
    }
}
