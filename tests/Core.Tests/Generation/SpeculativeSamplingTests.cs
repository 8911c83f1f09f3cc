using CsCheck;
using LlmEfficiency.Core.Answers;
using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.Core.Sampling;
using LlmEfficiency.Core.Speculation;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Generation;

/// <summary>What a pass with drafts gives is distributed as the model says: counted exactly, and drawn.</summary>
public sealed class SpeculativeSamplingTests
{
    private const int Total = 6;        // probabilities are sixths
    private const int Depth = 3;

    private static readonly int[] Prompt = [1, 3];

    // The model: weights that add up to six for the token behind each text; drafts: a tree of distinct siblings.
    private static readonly Gen<(int Vocabulary, int Seed, int Size)> Cases = Gen.Select(Gen.Int[3, 4], Gen.Int[0, 99999], Gen.Int[0, 8]);

    [Fact]
    public void Exact_rejection_and_our_draws_give_each_outcome_its_probability() => Cases.Sample(
        c =>
        {
            var tree = Tree(c.Vocabulary, c.Seed, c.Size);
            var (rejected, drawn, expected) = (new Outcomes(), new Outcomes(), new Outcomes());
            Reject(c.Vocabulary, c.Seed, tree, DraftTree.Context, [], Rational.Of(1), rejected);
            Draw(c.Vocabulary, c.Seed, tree, DraftTree.Context, [], Rational.Of(1), drawn);
            Model(c.Vocabulary, c.Seed, tree, DraftTree.Context, [], Rational.Of(1), expected);
            Assert.Equal(expected.Sorted(), rejected.Sorted());
            Assert.Equal(expected.Sorted(), drawn.Sorted());
            Assert.Equal(Rational.Of(1), expected.Sum());
        },
        iter: 150);

    public static TheoryData<SamplingSettings> Settings =>
    [
        new SamplingSettings { Temperature = 0.7, Seed = 1 },
        new SamplingSettings { Temperature = 1.5, TopK = 3, Seed = 2 },
        new SamplingSettings { TopP = 0.8, Seed = 3 },
        new SamplingSettings { MinP = 0.1, Seed = 4 },
        new SamplingSettings { RepetitionPenalty = 1.5, PresencePenalty = 0.4, FrequencyPenalty = 0.3, Temperature = 0.9, TopK = 4, TopP = 0.95, Seed = 5 },
    ];

    [Theory]
    [MemberData(nameof(Settings))]
    public void Answers_with_drafts_have_the_frequencies_of_the_model(SamplingSettings sampling)
    {
        const int vocabulary = 5, answers = 6000;
        using var engine = new HashLanguageModel(vocabulary) { Spread = 4 };
        var letters = TableTokenizer.Of("a", "b", "c", "d", "e");
        using var drafter = new NoisyDrafter(1, vocabulary, _ => [0, 1, 2]);
        var generator = new SpeculativeGenerator(engine, letters, drafter) { MaxRows = 8 };
        var requests = Enumerable.Range(0, answers).Select(number => new GenerationRequest
        {
            Prompt = Prompt,
            MaxTokens = Depth,
            Sequence = (ulong)number,
            Sampling = sampling,
        });
        var counts = new Dictionary<string, int>();
        long accepted = 0;
        foreach (var batch in requests.Chunk(50))
        {
            var outcome = generator.Run(batch);
            accepted += outcome.Report.Drafts!.Sum(source => source.AcceptedTokens);
            foreach (var result in outcome.Results)
            {
                counts[result.Text] = counts.GetValueOrDefault(result.Text) + 1;
            }
        }

        var expected = new Dictionary<string, double>();
        Walk(engine, sampling, [], 1, expected);
        Assert.True(accepted > answers / 20, "hardly a draft was accepted");
        Assert.DoesNotContain(counts.Keys, text => !expected.ContainsKey(text));
        AssertChiSquare([.. expected.Select(pair => (pair.Value * answers, counts.GetValueOrDefault(pair.Key)))]);
    }

    private static void AssertChiSquare((double Expected, int Found)[] cells)
    {
        var large = cells.Where(cell => cell.Expected >= 5).ToList();
        var rest = cells.Where(cell => cell.Expected < 5).ToArray();
        if (rest.Sum(cell => cell.Expected) >= 5)
        {
            large.Add((rest.Sum(cell => cell.Expected), rest.Sum(cell => cell.Found)));
        }

        Assert.InRange(large.Count, 3, cells.Length);
        var statistic = large.Sum(cell => Math.Pow(cell.Found - cell.Expected, 2) / cell.Expected);
        double freedom = large.Count - 1, part = 2 / (9 * freedom);
        var bound = freedom * Math.Pow(1 - part + (4.7534 * Math.Sqrt(part)), 3); // Wilson and Hilferty, significance 1e-6
        Assert.True(statistic < bound, $"chi-square {statistic} of {freedom} degrees, bound {bound}");
    }

    private static void Walk(HashLanguageModel engine, SamplingSettings sampling, int[] answer, double probability, Dictionary<string, double> outcomes)
    {
        if (answer.Length == Depth)
        {
            outcomes[string.Concat(answer.Select(id => (char)('a' + id)))] = probability;
            return;
        }

        using var session = engine.Open(1, 16);
        var history = new TokenHistory(Prompt);
        Array.ForEach(answer, history.Append);
        var distribution = TokenDistribution.Compute(session.Forward([new DecodeRow(0, Prompt.Concat(answer).ToArray())])[0], sampling, history);
        foreach (var id in distribution.Ids.ToArray())
        {
            Walk(engine, sampling, [.. answer, id], probability * distribution.ProbabilityOf(id), outcomes);
        }
    }

    // Exact rejection of siblings with certain drafts: each is accepted with its share of what the rejected ones left.
    private static void Reject(int vocabulary, int seed, DraftTree tree, int node, int[] text, Rational probability, Outcomes outcomes)
    {
        var weights = Weights(vocabulary, seed, text);
        var left = Rational.Of(1);
        var reached = probability;
        foreach (var child in Children(tree, node))
        {
            var token = tree.Nodes[child].Token;
            if (left.IsZero)
            {
                break;
            }

            var share = Share(weights[token]).Divide(left)!.Value;
            Reject(vocabulary, seed, tree, child, [.. text, token], reached.Multiply(share)!.Value, outcomes);
            reached = reached.Multiply(Rational.Of(1).Add(share.Negate()))!.Value;
            left = left.Add(Share(weights[token]).Negate())!.Value;
            weights[token] = 0;
        }

        for (var token = 0; token < vocabulary && !left.IsZero; token++)
        {
            outcomes.Add([.. text, token], reached.Multiply(Share(weights[token]).Divide(left))!.Value);
        }
    }

    // Our way, with the code that draws: each of six equally likely random numbers gives a token, and the draft is followed.
    private static void Draw(int vocabulary, int seed, DraftTree tree, int node, int[] text, Rational probability, Outcomes outcomes)
    {
        var logits = Array.ConvertAll(Weights(vocabulary, seed, text), weight => weight == 0 ? -1e4f : MathF.Log(weight));
        for (var number = 0; number < Total; number++)
        {
            var token = TokenDistribution.Draw(logits, new SamplingSettings(), new TokenHistory([0]), (number + 0.5) / Total);
            var reached = probability.Multiply(Share(1))!.Value;
            if (tree.Child(node, token) is var child and not DraftTree.None)
            {
                Draw(vocabulary, seed, tree, child, [.. text, token], reached, outcomes);
            }
            else
            {
                outcomes.Add([.. text, token], reached);
            }
        }
    }

    private static void Model(int vocabulary, int seed, DraftTree tree, int node, int[] text, Rational probability, Outcomes outcomes)
    {
        var weights = Weights(vocabulary, seed, text);
        for (var token = 0; token < vocabulary; token++)
        {
            var reached = probability.Multiply(Share(weights[token]))!.Value;
            if (Children(tree, node).FirstOrDefault(child => tree.Nodes[child].Token == token, DraftTree.None) is var child and not DraftTree.None)
            {
                Model(vocabulary, seed, tree, child, [.. text, token], reached, outcomes);
            }
            else
            {
                outcomes.Add([.. text, token], reached);
            }
        }
    }

    private static DraftTree Tree(int vocabulary, int seed, int size)
    {
        var (random, tree) = (new Random(seed), new DraftTree());
        for (var attempt = 0; attempt < size; attempt++)
        {
            var (parent, token) = (random.Next(tree.Count + 1) - 1, random.Next(vocabulary));
            if (tree.Child(parent, token) == DraftTree.None && (parent < 0 || tree.Nodes[parent].Depth < Depth))
            {
                tree.Add(parent, token, 0.5);
            }
        }

        return tree;
    }

    private static IEnumerable<int> Children(DraftTree tree, int node) =>
        Enumerable.Range(0, tree.Count).Where(child => tree.Nodes[child].Parent == node);

    private static Rational Share(int weight) => Rational.Of(weight, Total)!.Value;

    private static int[] Weights(int vocabulary, int seed, int[] text)
    {
        var random = new Random(text.Aggregate(seed, (state, token) => (state * 31) + token + 1));
        var weights = new int[vocabulary];
        for (var unit = 0; unit < Total; unit++)
        {
            weights[random.Next(vocabulary)]++;
        }

        return weights;
    }

    private sealed class Outcomes
    {
        private readonly Dictionary<string, Rational> _probabilities = [];

        public void Add(int[] text, Rational probability)
        {
            if (!probability.IsZero)
            {
                var key = string.Concat(text);
                _probabilities[key] = _probabilities.TryGetValue(key, out var before) ? before.Add(probability)!.Value : probability;
            }
        }

        public Rational Sum() => _probabilities.Values.Aggregate(Rational.Of(0), (sum, one) => sum.Add(one)!.Value);

        public IEnumerable<(string, string)> Sorted() => _probabilities.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => (pair.Key, $"{pair.Value.Numerator}/{pair.Value.Denominator}"));
    }
}
