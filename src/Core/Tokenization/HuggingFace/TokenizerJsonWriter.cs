using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Tokenization.AddedTokens;
using LlmEfficiency.Core.Tokenization.Merging;

namespace LlmEfficiency.Core.Tokenization.HuggingFace;

/// <summary>
/// Writes a tokenizer, whatever it was read from, as the files that Hugging Face's libraries and
/// <see cref="TokenizerLoader"/> read. Reading them gives the same ids and the same bytes, writing again the same files.
/// </summary>
public static class TokenizerJsonWriter
{
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>
    /// Writes <c>tokenizer.json</c>, <c>tokenizer_config.json</c> and <c>special_tokens_map.json</c>.
    /// </summary>
    /// <param name="folder">An existing folder.</param>
    /// <param name="tokenizer">A <see cref="BpeTokenizer"/>.</param>
    /// <param name="chatTemplate">The template for <c>tokenizer_config.json</c>, if the model has one.</param>
    /// <exception cref="LlmEfficiencyException">
    /// The format cannot express the tokenizer; then nothing is written. Or a file cannot be written.
    /// </exception>
    public static void Write(string folder, ITokenizer tokenizer, string? chatTemplate = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(tokenizer);
        var definition = tokenizer is BpeTokenizer bpe
            ? bpe.Definition
            : throw Inexpressible($"{tokenizer.GetType().Name} is no byte-pair encoding");
        var merges = MergeOrder.Of(definition);
        var spellings = new WrittenSpellings(definition, merges);
        var content = TokenizerJson(definition, merges, spellings);
        var roles = Roles(definition, spellings);
        Save(folder, "tokenizer.json", content);
        Save(folder, "tokenizer_config.json", Json(json => WriteAll(json, Config(definition, roles, chatTemplate))));
        Save(folder, "special_tokens_map.json", Json(json => WriteAll(json, roles)));
    }

    /// <summary>Returns the failure of a tokenizer that the format has no words for.</summary>
    internal static LlmEfficiencyException Inexpressible(string why) =>
        new(ErrorKind.Input, $"tokenizer.json cannot express this tokenizer: {why}");

    private static void Save(string folder, string name, byte[] content) =>
        AtomicFile.Write(Path.Join(folder, name), file => file.Write(content));

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void WriteAll(Utf8JsonWriter json, JsonObject members)
    {
        foreach (var (name, value) in members)
        {
            json.WritePropertyName(name);
            if (value is null)
            {
                json.WriteNullValue();
            }
            else
            {
                value.WriteTo(json);
            }
        }
    }

    private static byte[] TokenizerJson(
        BpeDefinition definition, IReadOnlyList<PairMerge> merges, WrittenSpellings spellings) => Json(json =>
    {
        var begin = definition.Vocabulary.AddsBeginOfSequence ? definition.Vocabulary.BeginOfSequence : null;
        var (normalizer, preTokenizer) = TokenizerJsonComponents.BeforeModel(definition);
        WriteAll(json, new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray([.. definition.Added.Select(Added)]),
            ["normalizer"] = normalizer,
            ["pre_tokenizer"] = preTokenizer,
            ["post_processor"] = begin is { } id ? TokenizerJsonComponents.Template(spellings.OfRole(id), id) : null,
            ["decoder"] = TokenizerJsonComponents.Decoder(definition),
        });
        WriteModel(json, definition, merges, spellings);
    });

    private static JsonObject Added(AddedToken token) => new()
    {
        ["id"] = token.Id,
        ["content"] = token.Content,
        ["single_word"] = token.IsSingleWord,
        ["lstrip"] = token.StripsLeft,
        ["rstrip"] = token.StripsRight,
        ["normalized"] = token.IsNormalized,
        ["special"] = token.IsSpecial,
    };

    private static void WriteModel(
        Utf8JsonWriter json, BpeDefinition definition, IReadOnlyList<PairMerge> merges, WrittenSpellings spellings)
    {
        var model = definition.Model;
        json.WriteStartObject("model");
        WriteAll(json, new JsonObject
        {
            ["type"] = "BPE",
            ["dropout"] = null,
            ["unk_token"] = model.Unknown is { } unknown ? spellings[unknown] : null,
            ["continuing_subword_prefix"] = null,
            ["end_of_word_suffix"] = null,
            ["fuse_unk"] = model.FusesUnknown,
            ["byte_fallback"] = model.ByteFallback is not null,
            ["ignore_merges"] = model.IgnoresMerges,
        });
        json.WriteStartObject("vocab");
        for (var id = 0; id < definition.Tokens.Count; id++)
        {
            if (spellings[id] is { } spelling)
            {
                json.WriteNumber(spelling, id);
            }
        }

        json.WriteEndObject();
        WriteMerges(json, [.. merges.Select(m => (spellings[m.Left]!, spellings[m.Right]!))]);
        json.WriteEndObject();
    }

    private static void WriteMerges(Utf8JsonWriter json, IReadOnlyList<(string Left, string Right)> merges)
    {
        var asPairs = merges.Any(m => m.Left.Contains(' ', StringComparison.Ordinal)
            || m.Right.Contains(' ', StringComparison.Ordinal));
        json.WriteStartArray("merges");
        foreach (var (left, right) in merges)
        {
            if (asPairs)
            {
                json.WriteStartArray();
                json.WriteStringValue(left);
                json.WriteStringValue(right);
                json.WriteEndArray();
            }
            else
            {
                json.WriteStringValue($"{left} {right}");
            }
        }

        json.WriteEndArray();
    }

    private static JsonObject Roles(BpeDefinition definition, WrittenSpellings spellings)
    {
        var roles = new JsonObject();
        foreach (var (name, token) in new[]
        {
            ("bos_token", definition.Vocabulary.BeginOfSequence),
            ("eos_token", definition.Vocabulary.EndOfSequence),
            ("unk_token", definition.Model.Unknown),
        })
        {
            if (token is { } id)
            {
                roles[name] = spellings.OfRole(id);
            }
        }

        return roles;
    }

    private static JsonObject Config(BpeDefinition definition, JsonObject roles, string? chatTemplate)
    {
        var config = new JsonObject { ["tokenizer_class"] = "PreTrainedTokenizerFast" };
        foreach (var (name, spelling) in roles)
        {
            config[name] = spelling!.DeepClone();
        }

        config["add_bos_token"] = definition.Vocabulary.AddsBeginOfSequence;
        config["clean_up_tokenization_spaces"] = false;
        if (chatTemplate is not null)
        {
            config["chat_template"] = chatTemplate;
        }

        return config;
    }
}
