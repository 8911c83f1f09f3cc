using System.Text.Encodings.Web;
using System.Text.Json;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Tokenization.Formats;
using LlmEfficiency.Core.Tokenization.PreTokenization;

namespace LlmEfficiency.Core.Tokenization.Training;

/// <summary>
/// Writes a trained vocabulary as the files that Hugging Face's libraries and <see cref="TokenizerLoader"/> read.
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
    /// <param name="trained">The vocabulary.</param>
    /// <exception cref="Errors.LlmEfficiencyException">A file cannot be written.</exception>
    public static void Write(string folder, TrainedBpe trained)
    {
        ArgumentNullException.ThrowIfNull(trained);
        AtomicFile.Write(Path.Join(folder, "tokenizer.json"), file => file.Write(TokenizerJson(trained)));
        AtomicFile.Write(Path.Join(folder, "tokenizer_config.json"), file => file.Write(Config(trained.Settings)));
        AtomicFile.Write(
            Path.Join(folder, "special_tokens_map.json"),
            file => file.Write(Json(json => WriteRoles(json, trained.Settings))));
    }

    /// <summary>Returns the content of <c>tokenizer.json</c>.</summary>
    internal static byte[] TokenizerJson(TrainedBpe trained) => Json(json =>
    {
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        WriteAdded(json, trained);
        WriteNormalizer(json, trained.Settings);
        WritePreTokenizer(json, trained.Settings);
        WritePostProcessor(json, trained);
        WriteByteLevel(json, "decoder");
        WriteModel(json, trained);
    });

    private static byte[] Config(BpeTrainingSettings settings) => Json(json =>
    {
        json.WriteString("tokenizer_class", "PreTrainedTokenizerFast");
        WriteRoles(json, settings);
        json.WriteBoolean("add_bos_token", settings.BeginOfSequence is not null);
        json.WriteBoolean("clean_up_tokenization_spaces", false);
    });

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

    private static void WriteRoles(Utf8JsonWriter json, BpeTrainingSettings settings)
    {
        if (settings.BeginOfSequence is not null)
        {
            json.WriteString("bos_token", settings.BeginOfSequence);
        }

        if (settings.EndOfSequence is not null)
        {
            json.WriteString("eos_token", settings.EndOfSequence);
        }
    }

    private static void WriteAdded(Utf8JsonWriter json, TrainedBpe trained)
    {
        json.WriteStartArray("added_tokens");
        for (var i = 0; i < trained.Settings.Specials.Count; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("id", 256 + trained.Merges.Count + i);
            json.WriteString("content", trained.Settings.Specials[i]);
            foreach (var flag in new[] { "single_word", "lstrip", "rstrip", "normalized" })
            {
                json.WriteBoolean(flag, false);
            }

            json.WriteBoolean("special", true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteNormalizer(Utf8JsonWriter json, BpeTrainingSettings settings)
    {
        if (settings.PreTokenizer == PreTokenizers.Qwen2)
        {
            json.WriteStartObject("normalizer");
            json.WriteString("type", "NFC");
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("normalizer");
        }
    }

    private static void WritePreTokenizer(Utf8JsonWriter json, BpeTrainingSettings settings)
    {
        json.WriteStartObject("pre_tokenizer");
        json.WriteString("type", "Sequence");
        json.WriteStartArray("pretokenizers");
        json.WriteStartObject();
        json.WriteString("type", "Split");
        json.WriteStartObject("pattern");
        json.WriteString("Regex", settings.PreTokenizer.Pattern);
        json.WriteEndObject();
        json.WriteString("behavior", "Isolated");
        json.WriteBoolean("invert", false);
        json.WriteEndObject();
        WriteByteLevel(json, null);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteByteLevel(Utf8JsonWriter json, string? name)
    {
        if (name is null)
        {
            json.WriteStartObject();
        }
        else
        {
            json.WriteStartObject(name);
        }

        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", false);
        json.WriteBoolean("trim_offsets", true);
        json.WriteBoolean("use_regex", false);
        json.WriteEndObject();
    }

    private static void WritePostProcessor(Utf8JsonWriter json, TrainedBpe trained)
    {
        if (trained.Settings.BeginOfSequence is not { } begin)
        {
            json.WriteNull("post_processor");
            return;
        }

        var id = 256 + trained.Merges.Count + trained.Settings.Specials.ToList().IndexOf(begin);
        json.WritePropertyName("post_processor");
        JsonSerializer.Serialize(json, new Dictionary<string, object>
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new object[] { Special(begin, 0), Sequence("A", 0) },
            ["pair"] = new object[] { Special(begin, 0), Sequence("A", 0), Special(begin, 1), Sequence("B", 1) },
            ["special_tokens"] = new Dictionary<string, object>
            {
                [begin] = new { id = begin, ids = new[] { id }, tokens = new[] { begin } },
            },
        });
    }

    private static object Special(string id, int type) => new { SpecialToken = new { id, type_id = type } };

    private static object Sequence(string id, int type) => new { Sequence = new { id, type_id = type } };

    private static void WriteModel(Utf8JsonWriter json, TrainedBpe trained)
    {
        var spellings = trained.Spellings().Select(bytes => ByteAlphabet.ToText(bytes)).ToArray();
        json.WriteStartObject("model");
        json.WriteString("type", "BPE");
        foreach (var absent in new[] { "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix" })
        {
            json.WriteNull(absent);
        }

        foreach (var off in new[] { "fuse_unk", "byte_fallback", "ignore_merges" })
        {
            json.WriteBoolean(off, false);
        }

        json.WriteStartObject("vocab");
        for (var id = 0; id < spellings.Length; id++)
        {
            json.WriteNumber(spellings[id], id);
        }

        json.WriteEndObject();
        json.WriteStartArray("merges");
        foreach (var (left, right) in trained.Merges)
        {
            json.WriteStringValue($"{spellings[left]} {spellings[right]}");
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
