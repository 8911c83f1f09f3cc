using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Weights;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Checkpoints;

/// <summary>
/// A source under its canonical names: <c>model.</c> put before names that lack it, a tied matrix found under both
/// of its names whichever is stored, and rotary tables that older files carry left out.
/// </summary>
public sealed class CanonicalWeights : IWeightSource
{
    private readonly IWeightSource _source;
    private readonly Dictionary<string, string> _stored = [];

    /// <summary>Wraps a source and takes it over.</summary>
    /// <param name="source">The stored tensors.</param>
    /// <param name="config">Says whether embedding and output matrix are tied.</param>
    public CanonicalWeights(IWeightSource source, TransformerConfig config)
    {
        _source = source;
        foreach (var name in source.Entries.Keys.Where(name => !IsRotaryTable(name)))
        {
            _stored.TryAdd(Canonical(name), name);
        }

        Stored = [.. _stored.Select(pair => source.Entries[pair.Value] with { Name = pair.Key })];
        if (config.TiesEmbeddings)
        {
            Alias(TransformerShapes.Embedding, TransformerShapes.Head);
            Alias(TransformerShapes.Head, TransformerShapes.Embedding);
        }

        Entries = _stored.ToDictionary(pair => pair.Key, pair => source.Entries[pair.Value] with { Name = pair.Key });
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, WeightEntry> Entries { get; }

    /// <summary>Gets what the source holds under canonical names: a tied matrix stored once is here once.</summary>
    public IReadOnlyList<WeightEntry> Stored { get; }

    /// <inheritdoc/>
    public Tensor Read(string name) => _source.Read(_stored.GetValueOrDefault(name, name));

    /// <inheritdoc/>
    public IntPtr Locate(string name) => _source.Locate(_stored.GetValueOrDefault(name, name));

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    // The configuration says the same: the first is of older Hugging Face files, the second of GGUF.
    private static bool IsRotaryTable(string name) =>
        name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal) || name == "rope_freqs.weight";

    private static string Canonical(string name) =>
        name.StartsWith("layers.", StringComparison.Ordinal) || name is "embed_tokens.weight" or "norm.weight"
            ? $"model.{name}"
            : name;

    private void Alias(string present, string alias)
    {
        if (_stored.TryGetValue(present, out var stored))
        {
            _stored.TryAdd(alias, stored);
        }
    }
}
