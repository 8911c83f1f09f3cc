using System.Text.Json;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Core.Tokenization.Formats;
using LlmEfficiency.Core.Tokenization.PreTokenization;

namespace LlmEfficiency.Core.Tests.Tokenization.HuggingFace;

/// <summary>Writes Llama 3's ranks in the way its published <c>tokenizer.json</c> has them.</summary>
internal static class LlamaJson
{
    public static byte[] FromTiktoken(ITokenizer tiktoken, string[] lines)
    {
        var tokens = lines.Select(line => Convert.FromBase64String(line.Split(' ')[0])).ToArray();
        return JsonSerializer.SerializeToUtf8Bytes(new
        {
            added_tokens = tiktoken.Vocabulary.Specials.Select(
                s => new { id = s.Value, content = s.Key, special = true }),
            pre_tokenizer = new
            {
                type = "Sequence",
                pretokenizers = new object[]
                {
                    new { type = "Split", pattern = new { Regex = Llama3PreTokenizer.Llama3Pattern },
                        behavior = "Isolated", invert = false },
                    new { type = "ByteLevel", add_prefix_space = false, trim_offsets = true, use_regex = false },
                },
            },
            post_processor = new
            {
                type = "Sequence",
                processors = new object[]
                {
                    new { type = "ByteLevel" },
                    new { type = "TemplateProcessing",
                        single = new object[]
                        {
                            new { SpecialToken = new { id = "<|begin_of_text|>" } },
                            new { Sequence = new { id = "A" } },
                        } },
                },
            },
            decoder = new { type = "ByteLevel" },
            model = new
            {
                type = "BPE",
                ignore_merges = true,
                vocab = tokens.Select((token, id) => (Spelling: ByteAlphabet.ToText(token), id)).ToDictionary(
                    t => t.Spelling, t => t.id),
                merges = Merges(tokens),
            },
        });
    }

    /// <summary>Gives every way to make a token of two of lower rank, in order of rank.</summary>
    public static IEnumerable<string> Merges(byte[][] tokens)
    {
        var ids = tokens.Select((token, id) => (Key: Convert.ToHexString(token), id)).ToDictionary(
            t => t.Key, t => t.id);
        for (var id = 0; id < tokens.Length; id++)
        {
            for (var cut = 1; cut < tokens[id].Length; cut++)
            {
                var (left, right) = (tokens[id][..cut], tokens[id][cut..]);
                if (ids.ContainsKey(Convert.ToHexString(left)) && ids.ContainsKey(Convert.ToHexString(right)))
                {
                    yield return $"{ByteAlphabet.ToText(left)} {ByteAlphabet.ToText(right)}";
                }
            }
        }
    }
}
