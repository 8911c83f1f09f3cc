using System.Globalization;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Loading;

namespace LlmEfficiency.Cli.Rendering;

/// <summary>Shows a model's summary to a person.</summary>
internal static class ModelSummaryText
{
    /// <summary>Writes the summary.</summary>
    public static void Write(TextWriter output, ModelSummary summary)
    {
        var config = summary.Config;
        Line("model", $"{summary.Name} ({summary.Form}, {config.ModelType})");
        Line("parameters", summary.Parameters.ToString("N0", CultureInfo.InvariantCulture));
        Line("stored", string.Join(
            ", ", summary.StoredBytes.Select(pair => $"{pair.Key} {MemoryEstimate.Text(pair.Value)}")));
        Line("layers", $"{config.LayerCount} of width {config.HiddenSize}, inner width {config.InnerSize}");
        Line("heads", $"{config.HeadCount} of width {config.HeadDim}, {config.KeyValueHeadCount} for keys and values");
        Line("vocabulary", $"{config.VocabularySize} rows, tokenizer {summary.TokenizerSize?.ToString(CultureInfo.InvariantCulture) ?? "none"}");
        Line("context", $"{config.ContextLength} tokens, {MemoryEstimate.Text(summary.CacheBytesPerToken)} of 16-bit cache a token");
        Line("chat", summary.HasChatTemplate ? "has a template" : "no template");

        void Line(string name, string value) => output.WriteLine($"{name,-11} {value}");
    }
}
