using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Simd;
using LlmEfficiency.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Decoding;

/// <summary>What engines show of tokens beside logits, and masks that begin with cached tokens.</summary>
public sealed class FeatureTests
{
    private static readonly int[] Tokens = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Features_are_what_the_output_matrix_reads(bool isSimd)
    {
        using var model = TinyModels.Build(TinyModels.Qwen);
        using var engine = Engine(isSimd, chunkLength: 4);
        using var session = engine.Open(3, 32);
        DecodeRow[] rows =
        [
            new(0, Tokens) { Logits = LogitSelection.Last, Features = LogitSelection.All },
            new(1, Tokens.AsMemory(0, 5)) { Logits = LogitSelection.All },
            new(2, Tokens.AsMemory(3)) { Logits = LogitSelection.None, Features = LogitSelection.Last },
        ];
        session.Forward(rows);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        AssertClose(Expected(Tokens), Enumerable.Range(0, Tokens.Length).SelectMany(token => session.Features(token).ToArray()));
        AssertClose(Expected(Tokens[3..])[^24..], session.Features(Tokens.Length).ToArray());

        float[] Expected(int[] tokens)
        {
            var ids = tensor(tokens.Select(token => (long)token).ToArray()).unsqueeze(0);
            return model.Normalise(model.Hidden(new ForwardRequest(ids))).data<float>().ToArray();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_tree_that_is_run_level_by_level_has_the_logits_of_one_that_is_run_at_once(bool isSimd)
    {
        int[] parents = [-1, -1, 0, 0, 1, 2, 4], tokens = [7, 8, 9, 10, 11, 12, 13], positions = [3, 3, 4, 4, 4, 5, 5];
        using var engine = Engine(isSimd);
        using var session = engine.Open(2, 32);
        var mask = AncestorMask.FromParents(parents);
        session.Forward([new DecodeRow(0, Tokens.AsMemory(0, 3)), new DecodeRow(1, Tokens.AsMemory(0, 3))]);
        var whole = Run(0, 0, 7, mask).ToArray();
        var parts = Run(1, 0, 2, AncestorMask.FromParents(parents.AsSpan(0, 2)))
            .Concat(Run(1, 2, 3, AncestorMask.FromParents(parents.AsSpan(0, 5)))).Concat(Run(1, 5, 2, mask)).ToArray();
        AssertClose(whole, parts);
        var refusal = Assert.Throws<ArgumentException>(() => Run(0, 6, 1, AncestorMask.FromParents([.. Enumerable.Repeat(-1, 20)])).ToArray());
        Assert.Contains("a mask for 20", refusal.Message, StringComparison.Ordinal);

        IEnumerable<float> Run(int sequence, int first, int count, AncestorMask ancestors)
        {
            var logits = session.Forward(
            [
                new DecodeRow(sequence, tokens.AsMemory(first, count))
                {
                    Positions = positions.AsMemory(first, count),
                    Ancestors = ancestors,
                    Logits = LogitSelection.All,
                },
            ]);
            return [.. Enumerable.Range(0, count).SelectMany(row => logits[row].ToArray())];
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_head_foretells_what_its_plain_twin_does(bool isTargetSimd)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = TinyModels.Build(TinyModels.Qwen);
        using var target = Engine(isTargetSimd);
        var config = DraftHeadConfig.For(TinyModels.Qwen);
        var tensors = TinyHeads.Tensors(config);
        using var twin = new DraftHead(config, model.Device, (name, _) => tensors[name].clone());
        using var engine = DraftHeadEngine.Of(config, name => tensors[name].alias(), target);
        using var session = engine.Open(1, 32);
        var features = randn(1, Tokens.Length, 24, generator: new Generator(3));
        var row = new DecodeRow(0, Tokens)
        {
            PriorFeatures = features.data<float>().ToArray(),
            Logits = LogitSelection.All,
            Features = LogitSelection.All,
        };
        var logits = session.Forward([row]);
        var vectors = model.Embed(tensor(Tokens.Select(token => (long)token).ToArray()).unsqueeze(0));
        var expected = twin.Run(vectors, features, arange(Tokens.Length).unsqueeze(0), Core.Tensors.Visibility.Causal);
        AssertClose(expected.data<float>().ToArray(), Enumerable.Range(0, Tokens.Length).SelectMany(token => session.Features(token).ToArray()));
        AssertClose(model.Score(expected).data<float>().ToArray(), Enumerable.Range(0, Tokens.Length).SelectMany(token => logits[token].ToArray()));
        Assert.Throws<ArgumentException>(() => session.Forward([new DecodeRow(0, Tokens)]));
    }

    private static IDecodeEngine Engine(bool isSimd, int chunkLength = 512)
    {
        if (!isSimd)
        {
            return TinyModels.Engine(TinyModels.Qwen, chunkLength: chunkLength);
        }

        using var model = TinyModels.Build(TinyModels.Qwen);
        return SimdDecodeEngine.Of(model, new SimdEngineSettings { Threads = 2 });
    }

    private static void AssertClose(IEnumerable<float> expected, IEnumerable<float> found)
    {
        float[] right = [.. expected], now = [.. found];
        Assert.Equal(right.Length, now.Length);
        Assert.All(right.Zip(now), pair => Assert.Equal(pair.First, pair.Second, 2e-4 * (1 + Math.Abs(pair.First))));
    }
}
