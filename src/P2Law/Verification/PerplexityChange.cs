using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Evaluation;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.P2Law.Pruning;

namespace LlmEfficiency.P2Law.Verification;

/// <summary>How well two models predict the same texts.</summary>
/// <param name="Data">The texts.</param>
/// <param name="Tokens">How many tokens were predicted.</param>
/// <param name="Perplexity">Of the model.</param>
/// <param name="Original">Of the model it was made of; null where none was named.</param>
public sealed record PerplexityChange(string Data, long Tokens, double Perplexity, double? Original)
{
    /// <summary>Measures.</summary>
    /// <param name="model">The model.</param>
    /// <param name="original">The model it was made of, if any.</param>
    /// <param name="data">A file of text, JSON Lines or Parquet.</param>
    /// <param name="limit">How many documents at most.</param>
    /// <param name="host">Where it runs.</param>
    public static PerplexityChange Measure(string model, string? original, string data, int? limit, PruningHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var after = Of(model, data, limit, host);
        var before = original is null ? null : Of(original, data, limit, host);
        return new PerplexityChange(data, after.Tokens, after.Perplexity, before?.Perplexity);
    }

    private static PerplexityReport Of(string model, string data, int? limit, PruningHost host)
    {
        var settings = new LoadSettings(host.Device, ElementTypes.Parse("fp32", host.Device));
        using var loaded = LoadedModel.Load(ModelLocation.Find(model), settings);
        var encoder = new DocumentEncoder(loaded.Tokenizer, loaded.Template, int.MaxValue);
        var documents = EvaluationDocuments.OfFiles(data, encoder, limit);
        return Core.Evaluation.Perplexity.Measure(loaded.Engine, loaded.Tokenizer, documents, cancellation: host.Cancellation);
    }
}
