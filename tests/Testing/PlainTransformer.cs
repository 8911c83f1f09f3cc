using LlmEfficiency.Core.Models;
using TorchSharp;

namespace LlmEfficiency.Testing;

/// <summary>The transformer once more, in fp64 and plain loops, written from the published equations alone.</summary>
public sealed class PlainTransformer(TransformerConfig config, IReadOnlyDictionary<string, double[]> weights)
{
    /// <summary>Reads the weights of a model.</summary>
    public static PlainTransformer Of(Transformer model)
    {
        var weights = new Dictionary<string, double[]>(StringComparer.Ordinal);
        foreach (var (name, parameter) in model.state_dict())
        {
            using var scope = torch.NewDisposeScope();
            weights[name] = parameter.detach().cpu().to(torch.ScalarType.Float64).data<double>().ToArray();
        }

        return new PlainTransformer(model.Config, weights);
    }

    /// <summary>Computes logits, <c>[tokens][vocab]</c>.</summary>
    /// <param name="tokens">Token ids.</param>
    /// <param name="positions">Their positions; null means 0, 1, 2 …</param>
    /// <param name="sees">Whether a token, given first, sees another; null means those before it and itself.</param>
    /// <param name="keeps">Whether a layer and key/value head, given first, still hold a token for another; null means that all do.</param>
    public double[][] Logits(
        int[] tokens, int[]? positions = null, Func<int, int, bool>? sees = null, Func<int, int, int, int, bool>? keeps = null)
    {
        var places = positions ?? [.. Enumerable.Range(0, tokens.Length)];
        sees ??= (query, key) => key <= query;
        bool Visible(int query, int key) =>
            sees(query, key) && (config.SlidingWindow is not { } window || places[query] - places[key] < window);

        var embedding = weights["model.embed_tokens.weight"];
        var width = config.HiddenSize;
        var hidden = tokens.Select(token => embedding[(token * width)..((token + 1) * width)]).ToArray();
        for (var layer = 0; layer < config.LayerCount; layer++)
        {
            var at = $"model.layers.{layer}.";
            var own = layer;
            var attended = Attend(
                at + "self_attn.",
                Norm(hidden, at + "input_layernorm"),
                places,
                (head, query, key) => Visible(query, key) && keeps?.Invoke(own, head, query, key) != false);
            hidden = Add(hidden, attended);
            var normed = Norm(hidden, at + "post_attention_layernorm");
            var gates = Map(normed, at + "mlp.gate_proj");
            var ups = Map(normed, at + "mlp.up_proj");
            var inner = gates.Zip(ups, (g, u) => g.Zip(u, (a, b) => a / (1 + Math.Exp(-a)) * b).ToArray()).ToArray();
            hidden = Add(hidden, Map(inner, at + "mlp.down_proj"));
        }

        return Map(Norm(hidden, "model.norm"), config.TiesEmbeddings ? "model.embed_tokens" : "lm_head");
    }

    private double[][] Attend(string at, double[][] hidden, int[] positions, Func<int, int, int, bool> sees)
    {
        var (queries, keys, values) = (Map(hidden, at + "q_proj"), Map(hidden, at + "k_proj"), Map(hidden, at + "v_proj"));
        Rotate(queries, positions);
        Rotate(keys, positions);
        var (width, group) = (config.HeadDim, config.HeadCount / config.KeyValueHeadCount);
        var merged = hidden.Select(_ => new double[config.HeadCount * width]).ToArray();
        for (var head = 0; head < config.HeadCount; head++)
        {
            var (own, shared) = (head * width, head / group * width);
            for (var query = 0; query < hidden.Length; query++)
            {
                var seen = Enumerable.Range(0, hidden.Length).Where(key => sees(head / group, query, key)).ToArray();
                var weightsOf = seen.Select(key => Math.Exp(Enumerable.Range(0, width)
                    .Sum(i => queries[query][own + i] * keys[key][shared + i]) / Math.Sqrt(width))).ToArray();
                for (var i = 0; i < width; i++)
                {
                    merged[query][own + i] =
                        seen.Select((key, k) => weightsOf[k] * values[key][shared + i]).Sum() / weightsOf.Sum();
                }
            }
        }

        return Map(merged, at + "o_proj");
    }

    private void Rotate(double[][] vectors, int[] positions)
    {
        var half = config.HeadDim / 2;
        for (var token = 0; token < vectors.Length; token++)
        {
            for (var start = 0; start < vectors[token].Length; start += config.HeadDim)
            {
                for (var pair = 0; pair < half; pair++)
                {
                    var (sine, cosine) = Math.SinCos(positions[token] * Frequency(pair));
                    var (a, b) = (vectors[token][start + pair], vectors[token][start + pair + half]);
                    vectors[token][start + pair] = (a * cosine) - (b * sine);
                    vectors[token][start + pair + half] = (b * cosine) + (a * sine);
                }
            }
        }
    }

    private double Frequency(int pair)
    {
        var frequency = 1 / Math.Pow(config.RopeTheta, 2.0 * pair / config.HeadDim);
        if (config.RopeScaling is RopeScaling.Linear linear)
        {
            return frequency / linear.Factor;
        }

        if (config.RopeScaling is not RopeScaling.Llama3 rule)
        {
            return frequency;
        }

        // As published with Llama 3.1: three bands of wavelengths.
        var wavelength = 2 * Math.PI / frequency;
        var shortest = rule.OriginalContextLength / rule.HighFrequencyFactor;
        var longest = rule.OriginalContextLength / rule.LowFrequencyFactor;
        if (wavelength < shortest)
        {
            return frequency;
        }

        if (wavelength > longest)
        {
            return frequency / rule.Factor;
        }

        var smooth = ((rule.OriginalContextLength / wavelength) - rule.LowFrequencyFactor)
            / (rule.HighFrequencyFactor - rule.LowFrequencyFactor);
        return ((1 - smooth) * frequency / rule.Factor) + (smooth * frequency);
    }

    private double[][] Norm(double[][] rows, string name) =>
        [.. rows.Select(row => Scale(row, weights[name + ".weight"], Math.Sqrt(row.Average(x => x * x) + config.NormEpsilon)))];

    private static double[] Scale(double[] row, double[] weight, double root) => [.. row.Zip(weight, (x, w) => x / root * w)];

    private double[][] Map(double[][] rows, string name)
    {
        var matrix = weights[name + ".weight"];
        var inputs = rows[0].Length;
        var bias = weights.GetValueOrDefault(name + ".bias") ?? new double[matrix.Length / inputs];
        return [.. rows.Select(row => bias.Select((b, o) => b + Dot(row, matrix.AsSpan(o * inputs, inputs))).ToArray())];
    }

    private static double Dot(double[] row, ReadOnlySpan<double> column)
    {
        var sum = 0.0;
        for (var i = 0; i < row.Length; i++)
        {
            sum += row[i] * column[i];
        }

        return sum;
    }

    private static double[][] Add(double[][] left, double[][] right) =>
        [.. left.Zip(right, (a, b) => a.Zip(b, (x, y) => x + y).ToArray())];
}
