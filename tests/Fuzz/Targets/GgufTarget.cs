using LlmEfficiency.Core.Gguf;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Core.Tokenization.Formats;
using LlmEfficiency.Fuzz.Builders;

namespace LlmEfficiency.Fuzz.Targets;

/// <summary>Whole GGUF files: header, metadata, tensor list, configuration, vocabulary and tensors.</summary>
public static class GgufTarget
{
    public static FuzzTarget Create() => new(
        "gguf",
        100_000,
        [Model("llama"), Model("qwen2"), Quantised()],
        Read,
        [
            "GGUF", "general.alignment", "general.architecture", "llama", "token_embd.weight", "\u0009\0\0\0",
            "\u0008\0\0\0",
        ]);

    private static byte[] Model(string family) => GgufBuilder.TinyLlama(family)
        .Text("tokenizer.ggml.model", "llama")
        .Array("tokenizer.ggml.tokens", 8, 5, [.. "abcde".SelectMany(c => GgufBuilder.Prefixed($"{c}"))])
        .Array("tokenizer.ggml.scores", 6, 5, GgufBuilder.Floats(5))
        .Array("nested", 9, 1, [1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 7, 8])
        .Tensor("blk.0.attn_q.weight", [8, 8], 0, GgufBuilder.Floats(64))
        .Tensor("blk.0.attn_q.bias", [8], 0, GgufBuilder.Floats(8))
        .Tensor("rope_freqs.weight", [2], 0, [0, 0, 0x80, 0x3f, 0, 0, 0x80, 0x3f])
        .Build();

    private static byte[] Quantised() => GgufBuilder.TinyLlama()
        .Tensor("blk.0.ffn_up.weight", [32, 1], 8, new byte[34])
        .Tensor("blk.0.ffn_down.weight", [32, 2], 2, new byte[36])
        .Tensor("blk.0.ffn_gate.weight", [256, 1], 12, new byte[144])
        .Tensor("output.weight", [256, 1], 14, new byte[210])
        .Tensor("output_norm.weight", [4], 1, new byte[8])
        .Build();

    private static void Read(byte[] bytes)
    {
        using var file = GgufFile.Open(MappedFile.FromBytes("fuzz", bytes));
        foreach (var name in file.Entries.Keys)
        {
            using var tensor = file.Read(name);
            using var sum = tensor.sum(); // touches every byte
        }

        file.ReadConfig();
        if (file.Metadata.Keys.Contains("tokenizer.ggml.model", StringComparer.Ordinal))
        {
            TextDecoder.Decode(GgufTokenizer.Create(file.ReadVocabulary()), [0, 1, 2]);
        }
    }
}
