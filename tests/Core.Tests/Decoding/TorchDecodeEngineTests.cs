using CsCheck;
using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Decoding;

public sealed class TorchDecodeEngineTests
{
    private const int Capacity = 40;

    private static readonly Gen<(TransformerConfig Config, ulong Seed, int Chunk)> Models =
        Gen.Select(TinyModels.Configs, Gen.ULong[1, 1000], Gen.Int[1, 6]);

    // Any script of operations gives the logits that the plain loops compute from the tokens, positions and relations so far.
    [Fact]
    public void Any_script_of_operations_equals_recomputing_from_scratch() =>
        Gen.Select(Models, Gen.Int[0, 1_000_000].Array[60]).Sample(
            c =>
            {
                var (config, seed, chunk) = c.Item1;
                using var engine = TinyModels.Engine(config, seed, chunk);
                using var session = engine.Open(4, Capacity);
                using var twinModel = TinyModels.Build(config, seed);
                new ScriptedTwin(PlainTransformer.Of(twinModel), session, c.Item2).Run(5);
            },
            iter: 20, threads: 1);

    [Fact]
    public void Cached_decoding_equals_the_uncached_forward() =>
        Models.Sample(
            c =>
            {
                using var engine = TinyModels.Engine(c.Config, c.Seed, c.Chunk);
                using var session = engine.Open(1, Capacity);
                int[] tokens = [.. Enumerable.Range(0, 14).Select(i => (i * 11) % 37)];
                using var whole = engine.Open(1, Capacity);
                var expected = whole.Forward([new DecodeRow(0, tokens) { Logits = LogitSelection.All }]);
                session.Forward([new DecodeRow(0, tokens.AsMemory(0, 5)) { Logits = LogitSelection.None }]);
                for (var i = 5; i < tokens.Length; i++)
                {
                    AssertClose(expected[i], session.Forward([new DecodeRow(0, tokens.AsMemory(i, 1))])[0]);
                }
            },
            iter: 30, threads: 1);

    [Fact]
    public void A_tree_of_drafts_equals_its_branches_as_sequences_of_their_own()
    {
        using var engine = TinyModels.Engine();
        using var tree = engine.Open(1, Capacity);
        using var branches = engine.Open(2, Capacity);
        int[] prompt = [1, 2, 3];
        tree.Forward([new DecodeRow(0, prompt)]);
        branches.Forward([new DecodeRow(0, prompt), new DecodeRow(1, prompt)]);
        var found = tree.Forward([Row(0, 4, 5, 6, 7) with
        {
            Ancestors = AncestorMask.FromParents([-1, 0, 0, 2]),
            Positions = Ids(3, 4, 4, 5),
            Logits = LogitSelection.All,
        }]);
        var expected = branches.Forward([Row(0, 4, 5), Row(1, 4, 6, 7)]);
        AssertClose(expected[0], found[1]);
        AssertClose(expected[1], found[3]);

        tree.Retain(0, [0, 1, 2, 3, 5, 6]);         // accept 4, 6, 7
        AssertClose(branches.Forward([Row(1, 8)])[0], tree.Forward([Row(0, 8)])[0]);
    }

    [Fact]
    public void Five_hundred_steps_leave_no_tensor_alive()
    {
        using var engine = TinyModels.Engine(TinyModels.Mistral);
        using var session = engine.Open(2, 600);
        LiveTensors.AssertLeft(0, () =>
        {
            session.Forward([Row(0, 1, 2, 3), Row(1, 1)]);
            for (var i = 0; i < 500; i++)
            {
                session.Forward([Row(1, i % 37), Row(0, i % 5)]);
            }

            session.Retain(0, [0, 4, 9]);
            session.Copy(1, 0);
        });
    }

    [Fact]
    public void A_disposed_engine_and_session_leave_nothing_alive() =>
        LiveTensors.AssertLeft(0, () =>
        {
            using var engine = TinyModels.Engine();
            using var session = engine.Open(2, 8);
            session.Forward([Row(1, 1, 2)]);
        });

    public static TheoryData<string, DecodeRow[]> Unfit => new()
    {
        { "there is no row", [] },
        { "there is no sequence 2", [Row(2, 1)] },
        { "there is no sequence -1", [Row(-1, 1)] },
        { "sequence 0 has two rows", [Row(0, 1), Row(0, 1)] },
        { "the row of sequence 1 is empty", [Row(1)] },
        { "sequence 0 cannot take 6 tokens: 3 of 8 slots are full", [new DecodeRow(0, new int[6])] },
        { "1 tokens and 2 positions", [Row(0, 1) with { Positions = Ids(1, 2) }] },
        { "2 tokens, 3 before them and a mask for 1", [Row(0, 1, 1) with { Ancestors = AncestorMask.FromParents([-1]) }] },
        { "1 tokens, 3 before them and a mask for 5", [Row(0, 1) with { Ancestors = AncestorMask.FromParents([-1, 0, 1, 2, 3]) }] },
        { "1 tokens and 2 features", [Row(0, 1) with { PriorFeatures = new float[2] }] },
        { "outside the vocabulary of 37", [Row(0, 37)] },
        { "outside the vocabulary of 37", [Row(0, -1)] },
        { "holds a negative position", [Row(0, 1) with { Positions = Ids(-1) }] },
    };

    [Theory]
    [MemberData(nameof(Unfit))]
    public void Rows_that_do_not_fit_are_refused_and_change_nothing(string problem, DecodeRow[] rows)
    {
        using var engine = TinyModels.Engine();
        using var session = engine.Open(2, 8);
        session.Forward([Row(0, 1, 2, 3)]);
        Assert.Contains(problem, Assert.Throws<ArgumentException>(() => session.Forward(rows)).Message, StringComparison.Ordinal);
        Assert.Equal([3, 0], session.Lengths);
    }

    [Fact]
    public void Describes_itself()
    {
        using var engine = TinyModels.Engine();
        Assert.Equal("torch cpu float32, threads 1", engine.Description);
    }

    private static DecodeRow Row(int sequence, params int[] tokens) => new(sequence, tokens);

    private static int[] Ids(params int[] values) => values;

    // A norm over a few near-zero channels multiplies the rounding before it by up to 1 / sqrt(eps), about 300.
    private static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> found)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], found[i], 1e-4 * Math.Max(1, expected.ToArray().Max(Math.Abs)));
        }
    }
}
