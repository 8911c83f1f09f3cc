using System.Text.Json;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Models;

namespace LlmEfficiency.Core.Loading;

/// <summary>What a stored model is, told without loading its weights.</summary>
public sealed record ModelSummary
{
    /// <summary>Gets what the user called it.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the folder or file.</summary>
    public required string Path { get; init; }

    /// <summary>Gets the form on disk.</summary>
    public required ModelForm Form { get; init; }

    /// <summary>Gets the number of parameters; a tied matrix counts once.</summary>
    public required long Parameters { get; init; }

    /// <summary>Gets the stored bytes by encoding (<c>F32</c>, <c>Q4_0</c>).</summary>
    public required IReadOnlyDictionary<string, long> StoredBytes { get; init; }

    /// <summary>Gets the key/value cache's bytes for one token of one sequence, at two bytes an element.</summary>
    public required long CacheBytesPerToken { get; init; }

    /// <summary>Gets the sizes.</summary>
    public required TransformerConfig Config { get; init; }

    /// <summary>Gets the size of the tokenizer's vocabulary; null if there is no usable tokenizer.</summary>
    public required int? TokenizerSize { get; init; }

    /// <summary>Gets whether there is a chat template.</summary>
    public required bool HasChatTemplate { get; init; }

    /// <summary>Looks at a model.</summary>
    public static ModelSummary Of(StoredModel model)
    {
        var config = model.Config;
        return new ModelSummary
        {
            Name = model.Location.Name,
            Path = model.Location.Path,
            Form = model.Location.Form,
            Parameters = config.ParameterCount,
            StoredBytes = model.Weights.Stored
                .GroupBy(entry => entry.Encoding, StringComparer.Ordinal)
                .ToDictionary(
                    group => group.Key, group => group.Sum(entry => entry.StoredBytes), StringComparer.Ordinal),
            CacheBytesPerToken = 2L * 2 * config.LayerCount * config.KeyValueHeadCount * config.HeadDim,
            Config = config,
            TokenizerSize = Try(() => model.ReadTokenizer().Vocabulary.Size),
            HasChatTemplate = Try(() => model.ReadTemplate() is null ? 0 : 1) is 1,
        };
    }

    /// <summary>Returns the summary as one JSON object with names in snake_case.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, LoadingJson.Default.ModelSummary);

    // A model without a usable tokenizer can still be looked at; 'verify' says what is wrong with it.
    private static int? Try(Func<int> read)
    {
        try
        {
            return read();
        }
        catch (LlmEfficiencyException)
        {
            return null;
        }
    }
}
