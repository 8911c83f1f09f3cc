using System.Text;
using CsCheck;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Core.Tokenization.HuggingFace;
using LlmEfficiency.Core.Tokenization.PreTokenization;
using LlmEfficiency.Core.Tokenization.Training;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Tokenization.Training;

public sealed class BpeTrainerTests
{
    private const string Corpus = "the theme of the thesis: there, then, them. aaaa aaa aa banana bandana\n\n12 123 1234 's";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void The_merges_are_those_of_a_trainer_that_counts_afresh_each_time() =>
        RandomText.AnyOf("ab", "abc", "b a", "aaa", "cab", "é", " ", "\n").Array[1, 60].Select(string.Concat).Sample(
            text =>
        {
            var settings = new BpeTrainingSettings { VocabularySize = 256 + 1 + 30, PreTokenizer = PreTokenizers.Gpt2 };
            Assert.Equal(Plain(text, settings), Train(text, settings).Merges);
        }, iter: 200);

    [Fact]
    public void Blocks_and_order_change_nothing()
    {
        var documents = Enumerable.Range(0, 400).Select(i => $"{Corpus} and e\u0301 words {i % 7} more").ToArray();
        foreach (var split in PreTokenizers.All)
        {
            var settings = new BpeTrainingSettings { VocabularySize = 400, PreTokenizer = split };
            var (forward, backward) = (new BpeTrainer(settings), new BpeTrainer(settings));
            var joined = new BpeTrainer(settings);
            Array.ForEach(documents, forward.Add);
            Array.ForEach([.. documents.Reverse()], backward.Add);
            Assert.Equal(forward.Train(null, Cancellation).Merges, backward.Train(null, Cancellation).Merges);

            var text = string.Join('\n', Enumerable.Repeat(documents, 30).SelectMany(d => d)); // longer than one block
            using var whole = new StringReader(text);
            joined.Add(whole);
            var counted = new PieceCounter(split);
            counted.Add(text);
            using var again = new StringReader(text);
            var streamed = new PieceCounter(split);
            streamed.Add(again);
            Assert.Equal(counted.Counts.OrderBy(c => c.Key, StringComparer.Ordinal),
                streamed.Counts.OrderBy(c => c.Key, StringComparer.Ordinal));
            Assert.NotEmpty(joined.Train(null, Cancellation).Merges);
        }
    }

    [Fact]
    public void What_is_written_is_what_was_trained()
    {
        using var folder = new TemporaryFolder();
        foreach (var split in PreTokenizers.All)
        {
            var settings = new BpeTrainingSettings
            {
                VocabularySize = 320,
                PreTokenizer = split,
                Specials = ["<s>", "</s>"],
                BeginOfSequence = "<s>",
                EndOfSequence = "</s>",
            };
            var trained = Train(Corpus, settings);
            TokenizerJsonWriter.Write(folder.FullPath, trained.ToTokenizer());
            var (written, direct) = (TokenizerLoader.Load(folder.FullPath), trained.ToTokenizer());
            Assert.Equal(trained.Size, written.Vocabulary.Size);
            Assert.Equal(trained.Size - 2, written.Vocabulary.BeginOfSequence);
            Assert.Equal(trained.Size - 1, written.Vocabulary.EndOfSequence);
            Assert.True(written.Vocabulary.AddsBeginOfSequence);
            RandomText.WellFormed.Sample(text =>
            {
                Assert.Equal(direct.Encode(text), written.Encode(text));
                var normal = split == PreTokenizers.Qwen2 ? text.Normalize() : text;
                Assert.Equal(normal, TextDecoder.Decode(written, written.Encode(text)));
            });
        }
    }

    [Fact]
    public void Training_ends_where_no_pair_is_frequent_enough() =>
        Assert.Equal([('a', 'b')], Train("ab ab cd", new BpeTrainingSettings { MinFrequency = 2 }).Merges.Select(
            m => ((char)m.Left, (char)m.Right)));

    [Fact]
    public void Each_merge_makes_a_new_token()
    {
        var trained = Train(string.Concat(Enumerable.Repeat(Corpus, 3)),
            new BpeTrainingSettings { VocabularySize = 600 });
        Assert.Distinct(trained.Spellings().Select(Convert.ToHexString));
    }

    [Fact]
    public void The_byte_tokenizer_has_one_token_per_byte()
    {
        var tokenizer = ByteTokenizer.Create("<s>", "</s>");
        Assert.Equal(258, tokenizer.Vocabulary.Size);
        Assert.Equal(257, tokenizer.Vocabulary.EndOfSequence);
        Assert.Equal(Encoding.UTF8.GetBytes("é<s>😀").Select(b => (int)b), tokenizer.Encode("é<s>😀"));
        Assert.Equal([97, 256], tokenizer.Encode("a<s>", SpecialTokenHandling.AsToken));
    }

    [Fact]
    public void Impossible_settings_are_refused()
    {
        Assert.Equal(ErrorKind.Configuration, Refusal(new BpeTrainingSettings { VocabularySize = 256 }));
        Assert.Equal(ErrorKind.Configuration, Refusal(new BpeTrainingSettings { MinFrequency = 0 }));
        Assert.Equal(ErrorKind.Configuration,
            Refusal(new BpeTrainingSettings { Specials = ["<|endoftext|>", "<|endoftext|>"] }));
        Assert.Equal(ErrorKind.Configuration, Refusal(new BpeTrainingSettings { BeginOfSequence = "<s>" }));
        Assert.Equal(ErrorKind.Configuration, Refusal(new BpeTrainingSettings { EndOfSequence = "</s>" }));
    }

    private static ErrorKind Refusal(BpeTrainingSettings settings) =>
        Assert.Throws<LlmEfficiencyException>(() => new BpeTrainer(settings)).Kind;

    private static TrainedBpe Train(string text, BpeTrainingSettings settings)
    {
        var trainer = new BpeTrainer(settings);
        trainer.Add(text);
        return trainer.Train(null, Cancellation);
    }

    private static List<(int Left, int Right)> Plain(string text, BpeTrainingSettings settings)
    {
        var ends = new List<int>();
        settings.PreTokenizer.Split.Split(text, ends);
        List<int> starts = [0, .. ends];
        var words = ends.Select((end, i) => Encoding.UTF8.GetBytes(text[starts[i]..end]).Select(b => (int)b).ToList())
            .ToList();
        List<string> spellings = [.. Enumerable.Range(0, 256).Select(b => ((char)b).ToString())];
        var merges = new List<(int Left, int Right)>();
        while (256 + settings.Specials.Count + merges.Count < settings.VocabularySize)
        {
            var best = words.SelectMany(w => w.Zip(w.Skip(1), (l, r) => (Left: l, Right: r)))
                .Where(p => !spellings.Skip(256).Contains(spellings[p.Left] + spellings[p.Right]))
                .GroupBy(p => p).Where(g => g.Count() >= settings.MinFrequency)
                .OrderByDescending(g => g.Count()).ThenBy(g => g.Key).FirstOrDefault();
            if (best is null)
            {
                break;
            }

            foreach (var word in words)
            {
                for (var i = 0; i + 1 < word.Count; i++)
                {
                    if ((word[i], word[i + 1]) == best.Key)
                    {
                        word[i] = spellings.Count;
                        word.RemoveAt(i + 1);
                    }
                }
            }

            spellings.Add(spellings[best.Key.Left] + spellings[best.Key.Right]);
            merges.Add(best.Key);
        }

        return merges;
    }
}
