using CsCheck;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.Core.Speculation;
using LlmEfficiency.SamDecoding.Drafting;
using LlmEfficiency.SamDecoding.Recycling;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.SamDecoding.Tests.Recycling;

public sealed class TokenRecyclingDrafterTests
{
    private const int Vocabulary = 12;

    [Fact]
    public void A_draft_is_the_template_filled_with_the_latest_candidates() =>
        Gen.Select(Gen.Select(Gen.Int[0, Vocabulary - 1], Gen.ULong).Array[0, 40], Gen.Int[0, Vocabulary - 1], Gen.Int[0, 90]).Sample((rows, last, limit) =>
        {
            using var drafter = new TokenRecyclingDrafter();
            using var session = drafter.Open([last]);
            var latest = new Dictionary<int, int[]>();
            foreach (var (token, seed) in rows)
            {
                var logits = Logits(seed);
                session.Watch(token, logits);
                latest[token] = [.. Enumerable.Range(0, Vocabulary).OrderByDescending(next => logits[next]).Take(RecyclingTable.Width)];
            }

            var tree = new DraftTree();
            session.Draft(tree, limit);
            Assert.Equal(Naive(latest, last, limit), tree.Nodes.ToArray().Select(node => (node.Parent, node.Token)));
        });

    [Fact]
    public void What_one_request_taught_serves_the_next()
    {
        using var drafter = new TokenRecyclingDrafter();
        using (var first = drafter.Open([1]))
        {
            first.Watch(4, Logits(7));
        }

        using var second = drafter.Open([1, 2]);
        var tree = new DraftTree();
        second.Draft(tree, 80);
        Assert.Equal(0, tree.Count);
        second.Append([4]);
        second.Draft(tree, 80);
        Assert.Equal(8, tree.Nodes.ToArray().Count(node => node.Parent == DraftTree.Context));
    }

    // The model sees one token back, so that a row of the prompt foretells all that follows it.
    [Fact]
    public void Prompts_teach_before_the_first_token_is_drawn()
    {
        using var engine = new HashLanguageModel(Vocabulary, contextLength: 200, order: 1);
        var letters = new TableTokenizer(Enumerable.Range(0, Vocabulary).Select(id => new[] { (byte)('a' + id) }), endOfSequence: Vocabulary - 1);
        using var drafter = new TokenRecyclingDrafter();
        var request = new GenerationRequest
        {
            Prompt = [.. Enumerable.Range(0, Vocabulary)],
            MaxTokens = 60,
            IgnoresEndOfSequence = true,
            Sampling = new() { Temperature = 0 },
        };
        var generator = new SpeculativeGenerator(engine, letters, drafter) { PrefillChunk = 5, MaxRows = 81 };
        var outcome = generator.Generate([request], cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(
            new AutoregressiveGenerator(engine, letters).Generate([request], cancellation: TestContext.Current.CancellationToken).Results[0].TokenIds,
            outcome.Results[0].TokenIds);
        Assert.InRange(outcome.Report.MeanTokensPerPass, 6, 7); // six levels and one token more
    }

    [Fact]
    public void The_auxiliary_drafts_where_matches_are_short()
    {
        var settings = new AuxiliarySamSettings();
        Assert.Equal(
            [false, true, false, true, true],
            new[] { (4, 9), (5, 0), (0, 9), (0, 10), (7, 20) }.Select(match => settings.UsesAutomata(match.Item1, match.Item2)));

        using var drafter = new AuxiliarySamDrafter(new TokenRecyclingDrafter());
        using var session = drafter.Open([1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 4]);
        session.Watch(4, [0, 0, 9, 8, 0, 0, 0, 0]);
        session.Watch(5, [0, 0, 9, 8, 0, 0, 0, 0]);
        var tree = new DraftTree();
        session.Draft(tree, 40);
        Assert.Equal("recycled", tree.Source);
        session.Append([5]);
        tree.Clear();
        session.Draft(tree, 40);
        Assert.Equal("dynamic", tree.Source);
        Assert.Equal([6, 7, 1, 2, 3, 4, 5], tree.Nodes.ToArray().Select(node => node.Token));
    }

    // Of 7 and 9, which are the candidates behind 5, the text foretells 9: only 7 is left, with its own share of the rest.
    [Fact]
    public void What_texts_leave_goes_to_candidates_that_they_do_not_foretell()
    {
        var table = new RecyclingTable();
        using var drafter = new BackoffTreeDrafter(recycled: table);
        using var session = drafter.Open([5, 9, 1, 5]);
        Assert.True(session is { Watches: true, WatchesPrompt: false });
        session.Watch(5, [0, 0, 0, 0, 0, 0, 0, 8, 0, 9]);
        var (tree, plain, shares) = (new DraftTree(), new DraftTree(), new double[RecyclingTable.Width]);
        session.Draft(tree, 30);
        table.RestShares.Read(shares);
        using (var without = new BackoffTreeDrafter())
        using (var other = without.Open([5, 9, 1, 5]))
        {
            other.Draft(plain, 30);
        }

        var (first, second) = (tree.Nodes[tree.Child(DraftTree.Context, 9)], tree.Nodes[tree.Child(DraftTree.Context, 7)]);
        Assert.Equal(plain.Nodes[plain.Child(DraftTree.Context, 9)].Probability, first.Probability, 1e-12);
        Assert.Equal((1 - first.Probability) * shares[1], second.Probability, 1e-12);

        session.Append([7]);    // no text foretold it
        var learned = new double[RecyclingTable.Width];
        table.RestShares.Read(learned);
        Assert.True(learned[1] > shares[1] && learned[0] < shares[0]);
    }

    private static float[] Logits(ulong seed)
    {
        var random = new Random((int)(seed % int.MaxValue));
        return [.. Enumerable.Range(0, Vocabulary).Select(_ => random.NextSingle())];
    }

    // Level by level over paths of ranks, without a tree.
    private static List<(int Parent, int Token)> Naive(Dictionary<int, int[]> latest, int last, int limit)
    {
        var (template, nodes, places) = (RecyclingTemplate.Eighty, new List<(int, int)>(), new List<int?>());
        for (var node = 0; node < template.Parents.Count && nodes.Count < limit; node++)
        {
            int? parent = template.Parents[node] < 0 ? -1 : places[template.Parents[node]];
            var above = parent is null ? -1 : parent < 0 ? last : nodes[parent.Value].Item2;
            if (latest.TryGetValue(above, out var followers))
            {
                places.Add(nodes.Count);
                nodes.Add((parent!.Value, followers[template.Ranks[node]]));
            }
            else
            {
                places.Add(null);
            }
        }

        return nodes;
    }
}
