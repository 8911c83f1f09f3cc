using System.Buffers.Binary;
using System.Text;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Core.Tokenization.Formats;
using LlmEfficiency.Core.Tokenization.HuggingFace;

namespace LlmEfficiency.Fuzz.Targets;

/// <summary>The readers of tokenizer files. What is read also encodes and decodes a short text.</summary>
public static class TokenizerTargets
{
    private const string Text = "The cat's 12 <s>  é😀▁\n<|x|> aab";

    /// <summary>Gets the reader of <c>tokenizer.json</c>.</summary>
    public static FuzzTarget TokenizerJson { get; } = new(
        "tokenizer-json",
        100_000,
        [.. JsonSeeds().Select(Encoding.UTF8.GetBytes)],
        bytes => Use(TokenizerJsonReader.Read("fuzz", bytes)),
        [
            "{", "}", "[", "]", "null", "\"\"", "\\ud800", "\"Sequence\"", "\"Regex\"", "(a+)+$",
            "\"id\": 2147483647", "true", "-1",
            "\"Metaspace\"", "\"Digits\"", "\"NFC\"", "\"merges\"", "\"type\"", "\"invert\": true", "\"Removed\"",
        ]);

    /// <summary>Gets the reader of tiktoken files.</summary>
    public static FuzzTarget Tiktoken { get; } = new(
        "tiktoken",
        100_000,
        [TiktokenSeed()],
        bytes => Use(TiktokenReader.Read("fuzz", bytes, TiktokenFamily.Llama3)),
        ["YWE= 256\n", "= ", " 2147483648\n", "\n", "\r\n", "//8= 257\n"]);

    /// <summary>Gets the reader of SentencePiece models.</summary>
    public static FuzzTarget SentencePiece { get; } = new(
        "sentencepiece",
        100_000,
        [SentencePieceSeed()],
        bytes => Use(SentencePieceReader.Read("fuzz", bytes)),
        ["\x0a\x0e\x0a\x05", "\x18\x06", "\x18\x03", "\x12\x04\x28\x01\xc8\x02", "\x1a\x04\x18\x01\x20\x00",
            "\x15\x00\x00\xc0\x7f"]);

    /// <summary>Gets the reader of llama2.c's <c>tokenizer.bin</c>.</summary>
    public static FuzzTarget Llama2cTokenizer { get; } = new(
        "llama2c-tokenizer",
        100_000,
        [Llama2cSeed()],
        bytes => Use(Llama2cTokenizerReader.Read("fuzz", bytes)),
        ["\x00\x00\xc0\x7f\x01\x00\x00\x00a", "\x00\x00\x80\xbf\x02\x00\x00\x00ab"]);

    private static void Use(ITokenizer tokenizer)
    {
        foreach (var specials in Enum.GetValues<SpecialTokenHandling>())
        {
            var ids = PromptEncoder.Encode(tokenizer, Text, specials);
            if (ids.Any(id => id < 0 || id >= tokenizer.Vocabulary.Size))
            {
                throw new InvalidOperationException("an id lies outside the vocabulary");
            }

            TextDecoder.Decode(tokenizer, ids);
        }
    }

    private static IEnumerable<string> JsonSeeds()
    {
        yield return """
            {"added_tokens":[{"id":9,"content":"<|x|>","special":true,"normalized":false,"lstrip":true,"rstrip":true},
             {"id":10,"content":"cat","single_word":true,"normalized":true}],
             "normalizer":{"type":"NFC"},
             "pre_tokenizer":{"type":"Sequence","pretokenizers":[
              {"type":"Split","pattern":{"Regex":"\\p{N}{1,3}| ?\\p{L}+|\\s+(?!\\S)"},"behavior":"Isolated","invert":false},
              {"type":"ByteLevel","add_prefix_space":false,"use_regex":false}]},
             "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<|x|>"}},{"Sequence":{"id":"A"}}]},
             "decoder":{"type":"ByteLevel"},
             "model":{"type":"BPE","ignore_merges":true,
              "vocab":{"a":0,"b":1,"aa":2,"ab":3,"aab":4,"T":5,"h":6,"Ġ":7,"Ġa":8},
              "merges":["a a","a b",["aa","b"],"a ab","Ġ a"]}}
            """;
        yield return """
            {"added_tokens":[{"id":0,"content":"<unk>","special":true},{"id":1,"content":"<s>","special":true,"normalized":true}],
             "normalizer":{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},
              {"type":"Replace","pattern":{"String":" "},"content":"▁"}]},
             "pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":false},
             "decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},
              {"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]},
             "model":{"type":"BPE","byte_fallback":true,"fuse_unk":true,"unk_token":"<unk>",
              "vocab":{"<unk>":0,"<s>":1,"<0xC3>":2,"<0xA9>":3,"▁":4,"a":5,"▁a":6,"t":7,"at":8,"c":9,"cat":10},
              "merges":["a t","▁ a","c at"]}}
            """;
    }

    private static byte[] TiktokenSeed()
    {
        var tokens = Enumerable.Range(0, 256).Select(value => new[] { (byte)value }).Append([.. "aa"u8]).Append(
            [.. "aab"u8]);
        return Encoding.ASCII.GetBytes(
            string.Concat(tokens.Select((token, rank) =>
                FormattableString.Invariant($"{Convert.ToBase64String(token)} {rank}\n"))));
    }

    private static byte[] SentencePieceSeed()
    {
        string[] pieces = ["<unk>", "<s>", "</s>", "<0xC3>", "<0xA9>", "▁", "a", "b", "▁a", "aa", "ab", "aab", "cat"];
        int[] kinds = [2, 3, 3, 6, 6, 1, 1, 1, 1, 1, 1, 1, 4];
        var model = new List<byte>();
        for (var id = 0; id < pieces.Length; id++)
        {
            var text = Encoding.UTF8.GetBytes(pieces[id]);
            byte[] piece = [0x0A, (byte)text.Length, .. text, 0x15, .. BitConverter.GetBytes(-(float)id), 0x18,
                (byte)kinds[id]];
            model.AddRange([0x0A, (byte)piece.Length, .. piece]);
        }

        return [.. model, 0x12, 2, 0x18, 2, 0x1A, 4, 0x18, 1, 0x20, 0];
    }

    private static byte[] Llama2cSeed()
    {
        var bytes = Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>");
        var file = new List<byte> { 7, 0, 0, 0 };
        foreach (var piece in (string[])["<unk>", "\n<s>\n", "\n</s>\n", .. bytes, " ", "a", "b", " a", "aa", "ab",
            "aab"])
        {
            var entry = new byte[8];
            BinaryPrimitives.WriteSingleLittleEndian(entry, -file.Count);
            BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(4), Encoding.UTF8.GetByteCount(piece));
            file.AddRange([.. entry, .. Encoding.UTF8.GetBytes(piece)]);
        }

        return [.. file];
    }
}
