using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Tests.Kernels;

/// <summary>Causal attention by loops over single numbers in double precision.</summary>
internal sealed class PlainAttention
{
    private readonly AttentionShape _shape;
    private readonly int _length;
    private readonly double[] _queries;
    private readonly double[] _keys;
    private readonly double[] _values;

    public PlainAttention(AttentionShape shape, int length, double[] queries, double[] keys, double[] values)
    {
        (_shape, _length, _queries, _keys, _values) = (shape, length, queries, keys, values);
        Outputs = new double[queries.Length];
        LogSums = new double[shape.Heads * length];
        for (var head = 0; head < shape.Heads; head++)
        {
            for (var query = 0; query < length; query++)
            {
                var scores = Seen(query).Select(key => (Key: key, Value: Math.Exp(Score(head, query, key)))).ToArray();
                var sum = scores.Sum(score => score.Value);
                LogSums[(head * length) + query] = Math.Log(sum);
                foreach (var (key, value) in scores)
                {
                    for (var at = 0; at < shape.HeadDim; at++)
                    {
                        Outputs[Query(head, query) + at] += value / sum * values[Key(head, key) + at];
                    }
                }
            }
        }
    }

    public double[] Outputs { get; }

    public double[] LogSums { get; }

    // With p the probabilities: d/dv = p·slope, d/dscore = p·(slope·v − Σ p'·slope·v'), the rest by the chain rule.
    public (double[] Queries, double[] Keys, double[] Values) Derive(double[] slopes)
    {
        var result = (Queries: new double[_queries.Length], Keys: new double[_keys.Length], Values: new double[_values.Length]);
        for (var head = 0; head < _shape.Heads; head++)
        {
            for (var query = 0; query < _length; query++)
            {
                DeriveOne(head, query, slopes, result);
            }
        }

        return result;
    }

    private void DeriveOne(int head, int query, double[] slopes, (double[] Queries, double[] Keys, double[] Values) result)
    {
        var place = Query(head, query);
        var seen = Seen(query).Select(key => (
            Key: Key(head, key),
            Probability: Math.Exp(Score(head, query, key) - LogSums[(head * _length) + query]),
            Pull: Enumerable.Range(0, _shape.HeadDim).Sum(at => slopes[place + at] * _values[Key(head, key) + at]))).ToArray();
        var mean = seen.Sum(one => one.Probability * one.Pull);
        foreach (var (key, probability, pull) in seen)
        {
            var slope = probability * (pull - mean) / Math.Sqrt(_shape.HeadDim);
            for (var at = 0; at < _shape.HeadDim; at++)
            {
                result.Queries[place + at] += slope * _keys[key + at];
                result.Keys[key + at] += slope * _queries[place + at];
                result.Values[key + at] += probability * slopes[place + at];
            }
        }
    }

    private IEnumerable<int> Seen(int query)
    {
        var oldest = _shape.Window is { } window ? Math.Max(0, query - window + 1) : 0;
        return Enumerable.Range(oldest, query - oldest + 1);
    }

    private int Query(int head, int row) => (row * _shape.QueryWidth) + (head * _shape.HeadDim);

    private int Key(int head, int row) => (row * _shape.KeyWidth) + (head / _shape.Group * _shape.HeadDim);

    private double Score(int head, int query, int key)
    {
        var places = Enumerable.Range(0, _shape.HeadDim);
        return places.Sum(at => _queries[Query(head, query) + at] * _keys[Key(head, key) + at]) / Math.Sqrt(_shape.HeadDim);
    }
}
