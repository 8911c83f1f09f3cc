using CsCheck;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.Core.Sampling;
using LlmEfficiency.Core.Speculation;
using LlmEfficiency.SamDecoding.Drafting;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.SamDecoding.Tests.Drafting;

public sealed class DrafterTests
{
    private const int Vocabulary = 6;

    private static readonly TableTokenizer Letters = new(
        Enumerable.Range(0, Vocabulary).Select(id => new[] { (byte)('a' + id) }), endOfSequence: 5);

    // Token 0 is a token like any other.
    private static readonly Gen<GenerationRequest> Requests =
        from prompt in Gen.Int[0, Vocabulary - 1].Array[1, 40]
        from temperature in Gen.Int[0, 3].Select(half => 0.5 * half)
        from seed in Gen.ULong
        from most in Gen.Int[1, 60]
        select new GenerationRequest
        {
            Prompt = prompt,
            MaxTokens = most,
            Sampling = new SamplingSettings { Temperature = temperature, Seed = seed },
        };

    public static TheoryData<string> NamesOfText => [.. DrafterList.All.Where(entry => entry is { NeedsIndex: false, NeedsLogits: false, NeedsHead: false }).Select(entry => entry.Name)];

    public static TheoryData<string> Names => [.. DrafterList.All.Where(entry => entry is { NeedsIndex: false, NeedsHead: false }).Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Answers_are_those_of_plain_decoding(string name) =>
        Gen.Select(Requests.Array[1, 3], Gen.Int[1, 3], Gen.Int[1, 30]).Sample((requests, order, rows) =>
        {
            // A model that sees few tokens repeats itself, so that drafts are accepted and rejected.
            using var engine = new HashLanguageModel(Vocabulary, contextLength: 80, order: order);
            using var drafter = DrafterList.Find(name).Create(DraftSources.None);
            var plain = new AutoregressiveGenerator(engine, Letters);
            var generator = new SpeculativeGenerator(engine, Letters, drafter) { MaxRows = rows };
            for (var round = 0; round < 2; round++) // the second knows the first's answers
            {
                Assert.Equal(
                    plain.Generate(requests, null, TestContext.Current.CancellationToken).Results.Select(result => result.Text),
                    generator.Generate(requests, null, TestContext.Current.CancellationToken).Results.Select(result => result.Text));
            }
        });

    [Theory]
    [MemberData(nameof(Names))]
    public void Drafts_are_trees_of_known_tokens_with_falling_probabilities(string name) =>
        Gen.Select(Gen.Int[0, 3].Array[1, 60], Gen.Int[0, 3].Array[0, 60], Gen.Int[0, 20]).Sample((prompt, answer, limit) =>
        {
            using var drafter = DrafterList.Find(name).Create(DraftSources.None);
            var tree = new DraftTree();
            for (var round = 0; round < 2; round++)
            {
                using var session = drafter.Open(prompt);
                for (var length = 0; length <= answer.Length; length++)
                {
                    tree.Clear();
                    session.Draft(tree, limit);
                    Check(tree, limit, [.. prompt, .. answer]);
                    if (length < answer.Length)
                    {
                        session.Append([answer[length]]);
                    }
                }
            }
        });

    [Theory]
    [MemberData(nameof(NamesOfText))]
    public void A_text_that_repeats_is_drafted(string name)
    {
        int[] line = [.. Enumerable.Range(10, 30)];
        using var drafter = DrafterList.Find(name).Create(DraftSources.None);
        using var session = drafter.Open([.. line, 1, .. line[..8]]);
        var tree = new DraftTree();
        session.Draft(tree, 8);
        Assert.Equal(line[8..16], tree.Nodes.ToArray().Select(node => node.Token));
        Assert.True(tree.IsChain);
        Assert.NotEmpty(tree.Source);
    }

    [Fact]
    public void Earlier_answers_are_drafted_by_those_who_keep_them()
    {
        int[] answer = [.. Enumerable.Range(10, 30)];
        foreach (var entry in DrafterList.All.Where(entry => entry is { NeedsIndex: false, NeedsHead: false }))
        {
            using var drafter = entry.Create(DraftSources.None);
            using (var first = drafter.Open([1, 2]))
            {
                first.Append(answer);
            }

            using var second = drafter.Open([3, 4]);
            second.Append(answer.AsSpan(0, 8));
            var tree = new DraftTree();
            second.Draft(tree, 6);
            var keeps = entry.Name is "auto" or "auto+tr" or "suffix" or "suffix-tree";
            Assert.Equal(keeps ? answer[8..14] : [], tree.Nodes.ToArray().Select(node => node.Token));
        }
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("backoff")]
    [InlineData("auto+tr")]
    public void What_is_too_unlikely_to_be_of_use_is_left_out_and_nothing_else(string name) =>
        Gen.Select(Gen.Int[0, 3].Array[1, 60], Gen.Double[0.001, 0.6]).Sample((tokens, least) =>
        {
            var (whole, part) = (new DraftTree(), new DraftTree { LeastProbability = least });
            foreach (var tree in new[] { whole, part })
            {
                using var drafter = DrafterList.Find(name).Create(DraftSources.None);
                using var session = drafter.Open(tokens);
                session.Append([2]);
                session.Draft(tree, 1000);
            }

            // Of equally likely paths any may be first, and the last be crowded out.
            Assert.Equal(Probabilities(whole).Where(probability => probability >= least), Probabilities(part));
        });

    [Fact]
    public void What_passes_cost_is_measured_once_for_all_requests()
    {
        using var engine = new HashLanguageModel(Vocabulary, contextLength: 80, order: 2);
        using var drafter = DrafterList.Find("auto").Create(DraftSources.None);
        var generator = new SpeculativeGenerator(engine, Letters, drafter, new SteadyTime()) { Cost = new VerifyCost() };
        var request = new GenerationRequest { Prompt = [0, 1, 2, 3, 4], MaxTokens = 6, IgnoresEndOfSequence = true };
        long[] drafts =
        [
            .. Enumerable.Range(0, 3).Select(round => generator.Generate(
                [request with { MaxTokens = round == 0 ? 3 : 6 }], null, TestContext.Current.CancellationToken).Report.Drafts?.Sum(source => source.Drafts) ?? 0),
        ];
        Assert.Equal(0, drafts[0]); // two plain passes
        Assert.InRange(drafts[1], 1, 5);
        Assert.Equal(1, drafts[2]); // the whole answer was there before
    }

    [Fact]
    public void An_unknown_drafter_is_refused_with_those_there_are() => Assert.Contains(
        "pld", Assert.Throws<Core.Errors.LlmEfficiencyException>(() => DrafterList.Find("magic")).Message);

    [Theory]
    [InlineData("sam", 39)]
    [InlineData("sam:rows=5", 4)]
    [InlineData("sam:alpha=2", 8)] // twice the match of four
    [InlineData("sam+tr:threshold=4:rows=8", 7)]
    [InlineData("sam+tr:threshold=5:rows=8", 0)] // nothing was recycled yet
    public void Parameters_behind_the_name_change_the_draft(string name, int drafted)
    {
        int[] line = [.. Enumerable.Range(10, 60)];
        var entry = DrafterList.Find(name);
        Assert.Equal(name, entry.Name);
        using var drafter = entry.Create(DraftSources.None);
        using var session = drafter.Open([.. line, 1, .. line[..4]]);
        var tree = new DraftTree();
        session.Draft(tree, 64);
        Assert.Equal(line[4..(4 + drafted)], tree.Nodes.ToArray().Select(node => node.Token));
    }

    [Theory]
    [InlineData("sam:threshold=3", "drafter 'sam:threshold=3': there is no parameter 'threshold': it has rows, alpha, bias")]
    [InlineData("sam:rows=1", "rows is '1': it must be a whole number from 2 to 1000")]
    [InlineData("sam:alpha=-1", "alpha is '-1': it must be a number from 0 to 1000")]
    [InlineData("pld:rows=3", "there is no parameter 'rows': it has none")]
    public void Wrong_parameters_are_refused_with_those_there_are(string name, string message) => Assert.Contains(
        message, Assert.Throws<Core.Errors.LlmEfficiencyException>(() => DrafterList.Find(name)).Message, StringComparison.Ordinal);

    private static IEnumerable<double> Probabilities(DraftTree tree) => tree.Nodes.ToArray().Select(node => node.Probability);

    private static void Check(DraftTree tree, int limit, int[] known)
    {
        Assert.InRange(tree.Count, 0, limit);
        var nodes = tree.Nodes.ToArray();
        for (var index = 0; index < nodes.Length; index++)
        {
            var (parent, token, depth, probability) = nodes[index];
            Assert.InRange(parent, DraftTree.Context, index - 1);
            Assert.Equal(parent == DraftTree.Context ? 1 : nodes[parent].Depth + 1, depth);
            Assert.InRange(probability, 0, (parent == DraftTree.Context ? 1 : nodes[parent].Probability) + 1e-12);
            Assert.Contains(token, known);
            Assert.Equal(index, tree.Child(parent, token)); // no sibling has the same token
        }
    }

    // Each reading is a millisecond after the last one: every pass takes the same time.
    private sealed class SteadyTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => _now++;
    }
}
