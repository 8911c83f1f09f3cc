using System.Diagnostics;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Speculation;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.SamDecoding.Drafting;
using LlmEfficiency.SamDecoding.Eagle;
using LlmEfficiency.SamDecoding.Indexing;
using LlmEfficiency.Testing;

namespace LlmEfficiency.Identity;

/// <summary>Compares the greedy answers of every drafter with those of plain decoding, token by token.</summary>
public static class IdentityRun
{
    private const string Adversary = "adversary";

    /// <summary>Answers prompts by plain decoding, then with each drafter.</summary>
    /// <param name="path">The model.</param>
    /// <param name="mode">How it runs.</param>
    /// <param name="settings">How much is compared.</param>
    public static IEnumerable<IdentityResult> Run(string path, IdentityMode mode, IdentitySettings settings)
    {
        using var model = LoadedModel.Load(ModelLocation.Find(path), mode.Load);
        var batches = IdentityPrompts.Make(model, settings).Select(prompt => new GenerationRequest
        {
            Prompt = prompt,
            MaxTokens = settings.MaxTokens,
            LogProbabilities = mode.IsExact ? 0 : null,
        }).Chunk(settings.Batch).ToArray();
        var start = Stopwatch.GetTimestamp();
        var plain = new AutoregressiveGenerator(model.Engine, model.Tokenizer);
        var expected = batches.Select(batch => plain.Generate(batch).Results).ToArray();
        yield return Result("plain", []);

        using var folder = new TemporaryFolder();
        using var texts = Texts(folder, path, model, batches);
        foreach (var (name, drafter, cost) in Drafters(model, settings, texts, batches, expected))
        {
            using var owned = drafter;
            start = Stopwatch.GetTimestamp();
            var generator = new SpeculativeGenerator(model.Engine, model.Tokenizer, drafter) { MaxRows = settings.MaxRows, Cost = cost };
            var outcomes = batches.Select(batch => generator.Generate(batch)).ToArray();
            yield return Result(name, outcomes);
        }

        IdentityResult Result(string name, GenerationOutcome[] outcomes) => new(
            Path.GetFileName(path),
            mode.Name,
            name,
            settings.Prompts,
            expected.Sum(results => results.Sum(result => (long)result.TokenIds.Count)),
            outcomes.Length == 0 ? 1 : outcomes.Average(outcome => outcome.Report.MeanTokensPerPass),
            Stopwatch.GetElapsedTime(start).TotalSeconds,
            [.. outcomes.SelectMany((outcome, batch) => Compare(plain, batches[batch], expected[batch], outcome.Results))]);
    }

    private static IEnumerable<(string Name, IDrafter Drafter, VerifyCost? Cost)> Drafters(
        LoadedModel model, IdentitySettings settings, OpenedTexts texts, GenerationRequest[][] batches, IReadOnlyList<GenerationResult>[] expected)
    {
        foreach (var entry in settings.Drafters?.Select(DrafterList.Find) ?? DrafterList.All)
        {
            yield return (entry.Name, entry.Create(texts.Sources), entry.IsCalibrated ? new VerifyCost() : null);
        }

        if (settings.Drafters is not null)
        {
            yield break;
        }

        var answers = batches.SelectMany((batch, index) => batch.Zip(expected[index], (request, result) => (Key(request.Prompt), result.TokenIds)))
            .DistinctBy(pair => pair.Item1).ToDictionary(pair => pair.Item1, pair => pair.TokenIds);
        yield return (
            Adversary, new AdversarialDrafter(settings.Seed, model.Engine.Config.VocabularySize, prompt => answers[Key(prompt)]), null);

        static string Key(IReadOnlyList<int> prompt) => string.Join(' ', prompt);
    }

    // An index of the prompts, for the drafters that use one, and the model's head or a random one.
    private static OpenedTexts Texts(TemporaryFolder folder, string model, LoadedModel loaded, GenerationRequest[][] batches)
    {
        var (index, tokenizer) = (folder.File("prompts.sam"), loaded.Tokenizer);
        var settings = new IndexBuildSettings { TokenizerHash = VocabularyHash.Of(tokenizer), VocabularySize = tokenizer.Vocabulary.Size };
        SuffixIndexBuilder.Build(
            index, batches.SelectMany(batch => batch).Select(request => (ReadOnlyMemory<int>)request.Prompt.ToArray()), settings);
        var head = EmbeddedModel.HeadOf(model);
        if (!Directory.Exists(head))
        {
            head = folder.File("head");
            TinyHeads.Write(head, loaded.Engine.Config);
        }

        return OpenedTexts.Open([index], [], tokenizer, head: EagleHead.Open(head, loaded.Engine));
    }

    private static IEnumerable<string> Compare(
        AutoregressiveGenerator plain, GenerationRequest[] batch, IReadOnlyList<GenerationResult> expected, IReadOnlyList<GenerationResult> found)
    {
        for (var row = 0; row < batch.Length; row++)
        {
            var (right, now) = (expected[row], found[row]);
            var same = right.TokenIds.CommonPrefixLength(now.TokenIds);
            if (same < right.TokenIds.Count || same < now.TokenIds.Count)
            {
                yield return $"prompt [{string.Join(' ', batch[row].Prompt)}]: token {same} differs; the two largest logits are {Gap(plain, batch, row, same):G3} apart";
            }
            else if (right.LogProbabilities is { } numbers
                && !numbers.Select(token => token.ModelLogProbability).SequenceEqual(now.LogProbabilities!.Select(token => token.ModelLogProbability)))
            {
                yield return $"prompt [{string.Join(' ', batch[row].Prompt)}]: the tokens are the same, their log-probabilities are not";
            }
        }
    }

    private static double Gap(AutoregressiveGenerator plain, GenerationRequest[] batch, int row, int token)
    {
        var results = plain.Generate([.. batch.Select(request => request with { LogProbabilities = 2 })]).Results;
        var tokens = results[row].LogProbabilities!;
        var best = tokens[Math.Min(token, tokens.Count - 1)].Alternatives;
        return best[0].LogProbability - best[1].LogProbability;
    }

    private static int CommonPrefixLength(this IReadOnlyList<int> left, IReadOnlyList<int> right) =>
        left.Zip(right).TakeWhile(pair => pair.First == pair.Second).Count();
}
