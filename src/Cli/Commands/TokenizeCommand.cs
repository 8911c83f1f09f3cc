using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Shows the tokens of a text, or the text of tokens.</summary>
internal static class TokenizeCommand
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var text = new Argument<string>("text")
        {
            Description = "The text, or token ids with --decode; '-' reads standard input",
        };
        var model = new Option<string?>("--model", "-m")
        {
            Description = "A model, a folder with a tokenizer, or a tokenizer's file",
            HelpName = "MODEL",
        };
        var decodes = new Option<bool>("--decode") { Description = "The text is a list of ids: print what they spell" };
        var begins = new Option<bool>("--bos")
        {
            Description = "Begin as a prompt does, with the beginning-of-sequence token if the model wants it",
        };
        var allowsSpecials = new Option<bool>("--special")
        {
            Description = "Special tokens spelled in the text count as tokens",
        };
        var json = JsonOption.Create();
        var command = new DocumentedCommand("tokenize", "Show the tokens of a text, or the text of tokens.")
        {
            Examples =
            [
                "llmeff tokenize \"Hello, world\" --model ./model",
                "llmeff tokenize \"9906 11 1917\" --decode --model tokenizer.json",
            ],
        };
        foreach (var symbol in new Option[] { model, decodes, begins, allowsSpecials, json })
        {
            command.Add(symbol);
        }

        command.Add(text);
        command.SetAction(parsed =>
        {
            var tokenizer = TokenizerSource.Read(parsed.GetValue(model));
            var input = parsed.GetRequiredValue(text) is "-"
                ? CommandStreams.Of(parsed).Input.ReadToEnd()
                : parsed.GetRequiredValue(text);
            var specials = parsed.GetValue(allowsSpecials) ? SpecialTokenHandling.AsToken : SpecialTokenHandling.AsText;
            var ids = parsed.GetValue(decodes) ? ParseIds(input, tokenizer.Vocabulary.Size)
                : parsed.GetValue(begins) ? PromptEncoder.Encode(tokenizer, input, specials)
                : tokenizer.Encode(input, specials);
            var output = parsed.InvocationConfiguration.Output;
            output.WriteLine(
                parsed.GetValue(json) ? Json(tokenizer, ids)
                : parsed.GetValue(decodes) ? TextDecoder.Decode(tokenizer, ids)
                : string.Join(' ', ids));
        });
        return command;
    }

    private static int[] ParseIds(string text, int size) =>
        [.. text.Split([' ', ',', '[', ']', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries).Select(word =>
            int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id < size
                ? id
                : throw new LlmEfficiencyException(ErrorKind.Usage, $"'{word}' is no token id: give whole numbers from 0 to {size - 1}"))];

    private static string Json(ITokenizer tokenizer, IReadOnlyList<int> ids)
    {
        var spellings = tokenizer.Vocabulary.Specials.ToLookup(special => special.Value, special => special.Key);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteNumber("count", ids.Count);
            json.WriteStartArray("ids");
            foreach (var id in ids)
            {
                json.WriteNumberValue(id);
            }

            json.WriteEndArray();
            json.WriteStartArray("pieces");
            foreach (var id in ids)
            {
                json.WriteStringValue(
                    spellings[id].FirstOrDefault() ?? System.Text.Encoding.UTF8.GetString(tokenizer.BytesOf(id).Span));
            }

            json.WriteEndArray();
            json.WriteString("text", TextDecoder.Decode(tokenizer, ids));
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }
}
