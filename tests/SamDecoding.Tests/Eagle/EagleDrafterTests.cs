using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Sampling;
using LlmEfficiency.Core.Simd;
using LlmEfficiency.Core.Speculation;
using LlmEfficiency.Core.Tensors;
using LlmEfficiency.SamDecoding.Automata;
using LlmEfficiency.SamDecoding.Drafting;
using LlmEfficiency.SamDecoding.Eagle;
using LlmEfficiency.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.SamDecoding.Tests.Eagle;

public sealed class EagleDrafterTests : IDisposable
{
    private static readonly int[] Prompt = [5, 3, 8, 1, 1, 20, 7];

    private readonly TemporaryFolder _folder = new();
    private readonly Transformer _model = TinyModels.Build(TinyModels.Llama);
    private readonly SimdDecodeEngine _engine;
    private readonly EagleHead _head;

    public EagleDrafterTests()
    {
        _engine = SimdDecodeEngine.Of(_model, new SimdEngineSettings { Threads = 1 });
        TinyHeads.Write(_folder.FullPath, TinyModels.Llama);
        _head = EagleHead.Open(_folder.FullPath, _engine);
    }

    public void Dispose()
    {
        _head.Dispose();
        _engine.Dispose();
        _model.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<EagleSettings> Settings =>
        [new EagleSettings(), EagleSettings.Fixed, EagleSettings.BesideAutomata, new EagleSettings { Nodes = 7, Depth = 2, Width = 3 }];

    // The path of each node is run through the head's plain twin anew.
    [Theory]
    [MemberData(nameof(Settings))]
    public void Probabilities_are_those_of_the_plain_head(EagleSettings settings)
    {
        using var drafter = new EagleDrafter(_head, settings);
        using var session = drafter.Open(Prompt);
        var features = Follow(session, Prompt, 0);
        session.Append([9]);
        var tree = Draft(session, 63);
        Assert.Equal(settings.Template?.Parents.Count ?? settings.Nodes, tree.Count);
        int[] context = [.. Prompt, 9];
        for (var node = 0; node < tree.Count; node++)
        {
            Assert.Equal(Math.Exp(LogProbability(context, features, Path(tree, node))), tree.Nodes[node].Probability, 1e-3);
        }

        if (settings.Template is null)
        {
            var probabilities = tree.Nodes.ToArray().Select(node => node.Probability).ToArray();
            Assert.Equal(probabilities.OrderDescending(), probabilities);
        }
    }

    // Where the head reads, a path's probability is the mixture by the plain head; deeper it is that of the texts alone.
    [Theory]
    [InlineData(new[] { 5, 3, 8, 1, 1, 20, 7 }, new[] { 9 })]
    [InlineData(new[] { 4, 4, 6, 4, 4, 6, 4, 9, 6, 4, 4 }, new[] { 6 })]
    [InlineData(new[] { 2, 30, 2, 31, 2, 30, 5, 2, 31, 5, 2 }, new[] { 30 })]
    public void Mixed_probabilities_are_those_of_texts_and_the_plain_head(int[] prompt, int[] answer)
    {
        var settings = new BackoffTreeSettings { MaxRows = 60 };
        using var drafter = new BackoffTreeDrafter(settings, head: _head);
        using var session = drafter.Open(prompt);
        var features = Follow(session, prompt, 0);
        session.Append(answer);
        var tree = Draft(session, 63);
        using var automaton = new SuffixAutomaton(hasStatistics: true);
        var escapes = new SourceEscapes();
        using var texts = new TextModel(settings, prompt, automaton, [new AutomatonSource("context", automaton, grows: true, escapes.Context)], null);
        texts.Append(answer[0]);
        int[] context = [.. prompt, .. answer];
        var mixed = 0;
        for (var node = 0; node < tree.Count; node++)
        {
            var (parent, token, depth, probability) = tree.Nodes[node];
            var path = Path(tree, node);
            texts.Clear();
            for (var step = 0; step < path.Length - 1; step++)
            {
                texts.Extend(step - 1, path[step]);
            }

            var before = parent == DraftTree.Context ? 1 : tree.Nodes[parent].Probability;
            var byTexts = texts.Foretell(path.Length - 2, before, settings.MinProbability, out var left).Where(one => one.Token == token).Sum(one => one.Probability);
            var byHead = Math.Exp(LogProbability(context, features, path) - LogProbability(context, features, path[..^1]));
            var weight = new MixtureWeights().Texts(texts.Length, depth - 1);
            var expected = (weight * (byTexts + (left * byHead))) + ((1 - weight) * before * byHead);
            var isMixed = Math.Abs(expected - probability) < 1e-3;
            mixed += isMixed ? 1 : 0;
            Assert.True(isMixed || (depth > 1 && Math.Abs(byTexts - probability) < 1e-9), $"{probability} is neither {expected} nor {byTexts}");
        }

        Assert.InRange(mixed, 20, tree.Count);
        var probabilities = tree.Nodes.ToArray().Select(node => node.Probability).ToArray();
        Assert.Equal(probabilities.OrderDescending(), probabilities);
    }

    [Fact]
    public void Where_texts_foretell_enough_the_head_is_not_asked_and_reads_later()
    {
        int[] period = [3, 14, 15, 9, 2, 6, 5, 35];
        int[] prompt = [.. Enumerable.Repeat(period, 12).SelectMany(tokens => tokens)];
        using var drafter = new BackoffTreeDrafter(head: _head);
        using var session = drafter.Open(prompt);
        Follow(session, prompt, 0);
        session.Append([3]);
        var tree = Draft(session, 63);
        Assert.DoesNotContain(tree.Nodes.ToArray(), node => !prompt.Contains(node.Token));
        Assert.InRange(tree.Nodes.ToArray().Max(node => node.Depth), 10, 63);

        session.Append([36, 36]);       // new to the texts
        Follow(session, [.. prompt, 3, 36], prompt.Length);
        Assert.Contains(Draft(session, 63).Nodes.ToArray(), node => !prompt.Contains(node.Token));
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void What_is_read_late_is_read_the_same(EagleSettings settings)
    {
        using var drafter = new EagleDrafter(_head, settings);
        int[] answer = [9, 2, 2, 30, 11, 4];
        using var eager = drafter.Open(Prompt);
        using var lazy = drafter.Open(Prompt);
        Follow(eager, Prompt, 0);
        Follow(lazy, Prompt, 0);
        for (var step = 0; step < answer.Length; step++)
        {
            foreach (var session in new[] { eager, lazy })
            {
                session.Append([answer[step]]);
                if (step > 0)
                {
                    Follow(session, [.. Prompt, .. answer[..step]], Prompt.Length + step - 1);
                }
            }

            Draft(eager, 63);
        }

        using var fresh = drafter.Open(Prompt);
        int[] whole = [.. Prompt, .. answer[..^1]];
        fresh.Append(answer);
        Follow(fresh, whole, 0);
        var expected = Draft(fresh, 63).Nodes.ToArray();
        Assert.Equal(expected, Draft(lazy, 63).Nodes.ToArray());
    }

    [Fact]
    public void Nothing_is_left_of_a_request_that_ended_before()
    {
        using var drafter = new EagleDrafter(_head);
        DraftNode[] Answer()
        {
            using var session = drafter.Open(Prompt);
            Follow(session, Prompt, 0);
            session.Append([4]);
            return Draft(session, 63).Nodes.ToArray();
        }

        var expected = Answer();
        using (var other = drafter.Open([1, 2, 3, 4]))
        {
            Follow(other, [1, 2, 3, 4], 0);
            other.Append([7, 8]);       // features of the last token wait when the request ends
        }

        Assert.Equal(expected, Answer());
    }

    [Fact]
    public void Nothing_is_drafted_before_features_are_known_or_behind_a_cached_beginning_only()
    {
        using var drafter = new EagleDrafter(_head);
        using var session = drafter.Open(Prompt);
        session.Append([4]);
        Assert.Equal(0, Draft(session, 63).Count);
        Follow(session, Prompt, 0, skipped: 5);
        Assert.Equal(58, Draft(session, 63).Count);
        Assert.Equal(0, Draft(session, 63).Count);      // nothing has become certain since
        Assert.Throws<ArgumentOutOfRangeException>(() => session.Follow(2, new float[24]));
    }

    [Theory]
    [InlineData("eagle")]
    [InlineData("eagle2")]
    [InlineData("sam+eagle2")]
    [InlineData("auto+eagle2")]
    public void Answers_are_those_of_plain_decoding_greedy_and_drawn(string name)
    {
        var letters = new TableTokenizer(Enumerable.Range(0, 37).Select(id => new[] { (byte)(40 + id) }), endOfSequence: 36);
        foreach (var engine in new IDecodeEngine[] { _engine, TinyModels.Engine(isStrict: true) })
        {
            using var head = EagleHead.Open(_folder.FullPath, engine);
            var random = new Random(3);
            GenerationRequest[] requests = [.. Enumerable.Range(0, 12).Select(number => new GenerationRequest
            {
                Prompt = [.. Enumerable.Range(0, 1 + random.Next(20)).Select(_ => random.Next(36))],
                MaxTokens = 24,
                LogProbabilities = 0,
                Sequence = (ulong)number,
                Sampling = number % 2 == 0 ? SamplingSettings.Greedy : new SamplingSettings { Temperature = 0.6, TopK = 5, Seed = 4 },
            })];
            using var drafter = DrafterList.Find(name).Create(new DraftSources { Head = head });
            var plain = new AutoregressiveGenerator(engine, letters);
            var speculative = new SpeculativeGenerator(engine, letters, drafter) { PrefillChunk = 6 };
            foreach (var batch in requests.Chunk(5))
            {
                var cancellation = TestContext.Current.CancellationToken;
                var (expected, found) = (plain.Generate(batch, cancellation: cancellation), speculative.Generate(batch, cancellation: cancellation));
                Assert.Equal(expected.Results.SelectMany(result => result.TokenIds), found.Results.SelectMany(result => result.TokenIds));
                Assert.Equal(
                    expected.Results.SelectMany(result => result.LogProbabilities!).Select(token => token.ModelLogProbability),
                    found.Results.SelectMany(result => result.LogProbabilities!).Select(token => token.ModelLogProbability));
                Assert.True(found.Report.Drafts!.Sum(source => source.DraftedTokens) > 100);
            }

            if (engine != _engine)
            {
                engine.Dispose();
            }
        }
    }

    [Fact]
    public void A_head_of_another_model_or_an_engine_without_features_is_refused()
    {
        using var other = TinyModels.Engine(TinyModels.Llama with { VocabularySize = 40 });
        Assert.Contains("vocab_size 37", Refused(other), StringComparison.Ordinal);
        using var blind = new HashLanguageModel(37);
        Assert.NotEmpty(Refused(blind));
        Assert.Contains("--head", Assert.Throws<LlmEfficiencyException>(() => DrafterList.Find("eagle2").Create(DraftSources.None)).Message, StringComparison.Ordinal);

        string Refused(IDecodeEngine engine) => Assert.Throws<LlmEfficiencyException>(() => EagleHead.Open(_folder.FullPath, engine)).Message;
    }

    private static DraftTree Draft(IDraftSession session, int limit)
    {
        var tree = new DraftTree();
        session.Draft(tree, limit);
        return tree;
    }

    private static int[] Path(DraftTree tree, int node) => node == DraftTree.Context
        ? []
        : [.. Path(tree, tree.Nodes[node].Parent), tree.Nodes[node].Token];

    // Runs tokens and shows their features from a place on.
    private float[] Follow(IDraftSession session, int[] tokens, int first, int skipped = 0)
    {
        using var engine = _engine.Open(1, 128);
        engine.Forward([new DecodeRow(0, tokens) { Features = LogitSelection.All }]);
        for (var position = Math.Max(first, skipped); position < tokens.Length; position++)
        {
            session.Follow(position, engine.Features(position));
        }

        return [.. Enumerable.Range(0, tokens.Length).SelectMany(token => engine.Features(token).ToArray())];
    }

    private double LogProbability(int[] context, float[] known, int[] path)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var stored = DraftHeadFolder.Open(_folder.FullPath);
        using var head = new DraftHead(stored.Config, _model.Device, (name, _) => stored.Weights.Read(name).clone());
        var features = tensor(known).view(1, -1, 24);
        var (tokens, log) = (context, 0.0);
        foreach (var token in path)
        {
            var vectors = _model.Embed(tensor(tokens[1..].Select(id => (long)id).ToArray()).unsqueeze(0));
            var foretold = head.Run(vectors, features, arange(tokens.Length - 1).unsqueeze(0), Visibility.Causal);
            var last = foretold.narrow(1, tokens.Length - 2, 1);
            log += Core.Sampling.LogProbabilities.Of(_model.Score(last).data<float>().ToArray(), token);
            (tokens, features) = ([.. tokens, token], cat([features, last], 1));
        }

        return log;
    }
}
