using System.Text.Json;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.Core.Checkpoints;

/// <summary>
/// How a model's makers generate with it, as <c>generation_config.json</c> says; null where it is silent.
/// </summary>
public sealed record GenerationDefaults
{
    /// <summary>The file's name.</summary>
    public const string FileName = "generation_config.json";

    private const int AnyId = int.MaxValue;

    /// <summary>Gets what the logits are divided by, from 0 on.</summary>
    public double? Temperature { get; init; }

    /// <summary>Gets how many of the likeliest tokens are sampled from; 0 means all.</summary>
    public int? TopK { get; init; }

    /// <summary>Gets the probability that the tokens sampled from reach together, 0 to 1.</summary>
    public double? TopP { get; init; }

    /// <summary>
    /// Gets the least probability of a token sampled from, as a part of the likeliest token's, 0 to 1.
    /// </summary>
    public double? MinP { get; init; }

    /// <summary>Gets what the logits of tokens seen before are weakened by; 1 changes nothing.</summary>
    public double? RepetitionPenalty { get; init; }

    /// <summary>Gets whether tokens are drawn by chance; else the likeliest is taken.</summary>
    public bool? Samples { get; init; }

    /// <summary>Gets the most tokens that are generated.</summary>
    public int? MaxNewTokens { get; init; }

    /// <summary>Gets the tokens that end a sequence.</summary>
    public IReadOnlyList<int>? EndOfSequence { get; init; }

    /// <summary>Gets the token that begins a sequence.</summary>
    public int? BeginOfSequence { get; init; }

    /// <summary>Gets the token that fills up shorter sequences of a batch.</summary>
    public int? PadToken { get; init; }

    /// <summary>Reads the defaults; other fields are passed over.</summary>
    /// <exception cref="MalformedFileException">It is no JSON object.</exception>
    /// <exception cref="LlmEfficiencyException">A field has an impossible value; the message names it.</exception>
    public static GenerationDefaults Read(MappedFile file)
    {
        using var json = StrictJson.Parse(file);
        var fields = new ConfigFields(file.Name, json.RootElement);
        return new GenerationDefaults
        {
            Temperature = fields.Number("temperature", 0, 1e6),
            TopK = fields.Integer("top_k", 0, int.MaxValue),
            TopP = fields.Number("top_p", 0, 1),
            MinP = fields.Number("min_p", 0, 1),
            RepetitionPenalty = fields.Number("repetition_penalty", 1e-6, 1e6),
            Samples = fields.Flag("do_sample"),
            MaxNewTokens = fields.Integer("max_new_tokens", 0, int.MaxValue),
            EndOfSequence = fields.Ids("eos_token_id", AnyId),
            BeginOfSequence = fields.Integer("bos_token_id", 0, AnyId),
            PadToken = fields.Integer("pad_token_id", -1, AnyId) is { } pad and >= 0 ? pad : null,
        };
    }

    /// <summary>Returns the text of the file; what is null is left out.</summary>
    public string ToJson() => JsonText.Write(json =>
    {
        json.WriteStartObject();
        WriteNumber(json, "temperature", Temperature);
        WriteNumber(json, "top_k", TopK);
        WriteNumber(json, "top_p", TopP);
        WriteNumber(json, "min_p", MinP);
        WriteNumber(json, "repetition_penalty", RepetitionPenalty);
        if (Samples is { } samples)
        {
            json.WriteBoolean("do_sample", samples);
        }

        WriteNumber(json, "max_new_tokens", MaxNewTokens);
        WriteIds(json, "eos_token_id", EndOfSequence);
        WriteNumber(json, "bos_token_id", BeginOfSequence);
        WriteNumber(json, "pad_token_id", PadToken);
        json.WriteEndObject();
    });

    /// <summary>Writes one id as a number, several as a list, and nothing for null.</summary>
    internal static void WriteIds(Utf8JsonWriter json, string name, IReadOnlyList<int>? ids)
    {
        if (ids is [var only])
        {
            json.WriteNumber(name, only);
        }
        else if (ids is not null)
        {
            json.WriteStartArray(name);
            foreach (var id in ids)
            {
                json.WriteNumberValue(id);
            }

            json.WriteEndArray();
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }
}
