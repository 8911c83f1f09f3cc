using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Simd;
using LlmEfficiency.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Decoding;

/// <summary>A real model's greedy text, against a forward pass that somebody else wrote in fp64.</summary>
public sealed class GoldenContinuationTests
{
    private const string Folder = "weights/tinystories-656k/";

    private static readonly TransformerConfig Config = new()
    {
        VocabularySize = 2048,
        HiddenSize = 128,
        InnerSize = 384,
        LayerCount = 2,
        HeadCount = 8,
        KeyValueHeadCount = 4,
        HeadDim = 16,
        ContextLength = 512,
        TiesEmbeddings = true,
    };

    [Fact]
    public void Greedy_ids_and_first_logits_are_the_golden_ones()
    {
        using var engine = new TorchDecodeEngine(Load(SharedData.Require(Folder + "model.safetensors")));
        Check(engine);
    }

    [Fact]
    public void They_are_so_with_the_engine_of_kernels()
    {
        using var model = Load(SharedData.Require(Folder + "model.safetensors"));
        using var engine = SimdDecodeEngine.Of(model);
        Check(engine);
    }

    private static void Check(IDecodeEngine engine)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(SharedData.Require(Folder + "golden.json")));
        foreach (var example in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            using var session = engine.Open(1, 512);
            var logits = session.Forward([new DecodeRow(0, Ids(example, "prompt_ids"))]);
            foreach (var pair in example.GetProperty("first_step_top_logits").EnumerateArray())
            {
                Assert.Equal(pair[1].GetDouble(), logits[0][pair[0].GetInt32()], 1e-4);
            }

            foreach (var expected in Ids(example, "greedy_ids"))
            {
                Assert.Equal(expected, ArgMax(logits[0]));
                logits = session.Forward([new DecodeRow(0, new[] { expected })]);
            }
        }
    }

    private static int ArgMax(ReadOnlySpan<float> row)
    {
        var best = 0;
        for (var i = 1; i < row.Length; i++)
        {
            best = row[i] > row[best] ? i : best;
        }

        return best;
    }

    private static int[] Ids(JsonElement example, string name) =>
        [.. example.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];

    // Ten lines of its own on purpose: the golden numbers then depend on no other room.
    private static Transformer Load(string path)
    {
        var file = File.ReadAllBytes(path);
        var header = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        using var entries = JsonDocument.Parse(file.AsMemory(8, header));
        return new Transformer(Config, ComputeDevice.Cpu, ScalarType.Float32, (name, shape) =>
        {
            var stored = name == "model.embed_tokens.weight" ? "lm_head.weight" : name;
            var offsets = entries.RootElement.GetProperty(stored).GetProperty("data_offsets");
            var bytes = file.AsSpan((8 + header + offsets[0].GetInt32())..(8 + header + offsets[1].GetInt32()));
            return tensor(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), shape);
        });
    }
}
