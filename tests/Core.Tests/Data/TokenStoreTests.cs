using CsCheck;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization.Training;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Data;

public sealed class TokenStoreTests
{
    private static readonly ChatTemplate Template = ChatTemplate.Parse(
        "template", "{% for m in messages %}{{ m.role }}:{{ m.content }}<|end|>{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}", "", "<|end|>");

    [Fact]
    public void Every_token_of_a_text_but_its_first_is_predicted_once() =>
        Gen.Select(Gen.Char['a', 'z'].Array[0, 40].Select(chars => new string(chars)).Array[1, 10], Gen.Int[2, 12]).Sample((texts, length) =>
        {
            var store = Stores.OfTexts(length, texts);
            var documents = Stores.All(store);
            Assert.All(documents, document => Assert.InRange(document.Tokens.Length, 2, length));
            Assert.All(documents, document => Assert.Equal(document.Tokens.Length - 1, document.Targets.Span.Count(true)));
            Assert.All(documents, document => Assert.False(document.Targets.Span[0]));
            var predicted = documents.SelectMany(document => document.Tokens.ToArray().Skip(1));
            var expected = texts.Where(text => text.Length > 0).SelectMany(text => text.Skip(1).Select(c => (int)c).Append(256));
            Assert.Equal(expected, predicted);
            Assert.Equal(texts.Count(text => text.Length == 0), store.SkippedCount);
            Assert.Equal(documents.Sum(document => document.Tokens.Length), store.TokenCount);
        }, iter: 200);

    [Fact]
    public void Encoding_in_parallel_equals_encoding_one_by_one()
    {
        var texts = Enumerable.Range(0, 3000).Select(i => string.Concat(Enumerable.Range(i, i * 7 % 61).Select(n => $"{n}é "[..^1]))).ToArray();
        RawDocument[] documents = [.. texts.Select((text, i) => i % 3 == 0
            ? RawDocument.OfMessages([new("user", text), new("assistant", texts[i / 2])]) : RawDocument.OfText(text))];
        var encoder = new DocumentEncoder(Stores.Bytes, Template, 20);
        using var sequential = new TokenStoreBuilder(encoder);
        foreach (var document in documents)
        {
            sequential.Add(encoder.EncodeWhole(document));
        }

        var (one, many) = (sequential.ToStore("one"), TokenStore.Encode("many", documents, encoder));
        Assert.Equal(one.Fingerprint, many.Fingerprint);
        Assert.Equal(one.CutCount, many.CutCount);
        Assert.Equal(Stores.All(one).SelectMany(d => d.Tokens.ToArray()), Stores.All(many).SelectMany(d => d.Tokens.ToArray()));
        Assert.Equal(Stores.All(one).SelectMany(d => d.Targets.ToArray()), Stores.All(many).SelectMany(d => d.Targets.ToArray()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Texts_and_conversations_mix_in_any_order(bool chatFirst)
    {
        var chat = RawDocument.OfMessages([new("user", "q"), new("assistant", "a")]);
        var text = RawDocument.OfText("xyz");
        var encoder = new DocumentEncoder(Stores.Bytes, Template, 100);
        var documents = Stores.All(TokenStore.Encode("mix", chatFirst ? [chat, text] : [text, chat], encoder));
        var (first, second) = chatFirst ? (documents[1], documents[0]) : (documents[0], documents[1]);
        Assert.Equal([false, true, true, true], first.Targets.ToArray());
        Assert.Equal(2, second.Targets.Span.Count(true));
        Assert.Equal("user:q".Length + 1 + "assistant:a".Length + 1, second.Tokens.Length);
    }

    [Fact]
    public void The_first_document_that_cannot_be_encoded_is_told()
    {
        var documents = Enumerable.Range(0, 5000).Select(i => (i % 1500 == 1499 ? RawDocument.OfMessages([new("user", "q")]) : RawDocument.OfText("abc"))
            with
        { Place = $"file:{i}" });
        var error = Assert.Throws<LlmEfficiencyException>(() => TokenStore.Encode("x", documents, new DocumentEncoder(Stores.Bytes, null, 10)));
        Assert.Equal("file:1499: a conversation needs a chat template, and the model has none; train on text instead", error.Message);
    }

    [Fact]
    public void Conversations_lose_their_end_and_are_counted()
    {
        RawDocument[] documents =
        [
            RawDocument.OfMessages([new("user", "q"), new("assistant", "a long answer")]),
            RawDocument.OfMessages([new("user", "a question that leaves no room"), new("assistant", "a")]),
            RawDocument.OfMessages([new("user", "q")]),
        ];
        var store = TokenStore.Encode("x", documents, new DocumentEncoder(Stores.Bytes, Template, 20));
        Assert.Equal((1, 1, 2), (store.Count, store.CutCount, store.SkippedCount));
        Assert.Equal(20, store.Read(0).Tokens.Length);
        Assert.Equal(3, store.Read(0).Targets.Span.Count(true)); // "user:q<|end|>assistant:" is 17 long
    }

    [Fact]
    public void A_large_vocabulary_keeps_its_ids()
    {
        var tokens = Enumerable.Range(0, 70_000).Select(i => i == 69_999 ? "z"u8.ToArray() : i == 300 ? "y"u8.ToArray() : []);
        var store = TokenStore.Encode("x", [RawDocument.OfText("zyz")], new DocumentEncoder(new TableTokenizer(tokens), null, 10));
        Assert.Equal([69_999, 300, 69_999], store.Read(0).Tokens.ToArray());
    }

    [Fact]
    public void A_completion_is_learned_and_its_prompt_is_not()
    {
        var document = RawDocument.OfCompletion("2+2=", "4");
        var plain = new DocumentEncoder(Stores.Bytes, Template, 30) { PlainCompletions = true }.Encode(document);
        Assert.Equal([.. "2+2=4".Select(c => (int)c), 256], plain.Tokens.ToArray());
        Assert.Equal([false, false, false, false, true, true], plain.Targets.ToArray());
        Assert.Equal(plain.Targets.ToArray(), new DocumentEncoder(Stores.Bytes, null, 30).Encode(document).Targets.ToArray());
        var all = new DocumentEncoder(Stores.Bytes, null, 30) { TrainOnPrompt = true }.Encode(document);
        Assert.Equal([false, true, true, true, true, true], all.Targets.ToArray());
        var chat = new DocumentEncoder(Stores.Bytes, Template, 40).Encode(document);
        Assert.Equal("user:2+2=".Length + 1 + "assistant:4".Length + 1, chat.Tokens.Length);
    }

    [Fact]
    public void A_text_is_framed_by_the_tokens_that_begin_and_end_a_sequence()
    {
        var tokenizer = new TrainedBpe(
            new BpeTrainingSettings { VocabularySize = 258, Specials = ["<b>", "<e>"], BeginOfSequence = "<b>", EndOfSequence = "<e>" }, []).ToTokenizer();
        var encoder = new DocumentEncoder(tokenizer, null, 30);
        Assert.Equal([256, 'a', 257], encoder.Encode(RawDocument.OfText("a")).Tokens.ToArray());
        Assert.Equal([false, false, true, true], encoder.Encode(RawDocument.OfCompletion("a", "b")).Targets.ToArray());
    }

    [Fact]
    public void The_fingerprint_tells_content_length_and_targets_apart()
    {
        var texts = new[] { Stores.OfTexts(10, "ab", "c"), Stores.OfTexts(10, "a", "bc"), Stores.OfTexts(10, "c", "ab"), Stores.OfTexts(2, "ab", "c") };
        Assert.Equal(texts.Length, texts.Select(store => store.Fingerprint).Distinct().Count());
        Assert.Equal(texts[0].Fingerprint, Stores.OfTexts(10, "ab", "c").Fingerprint);
        var learned = TokenStore.Encode("x", [RawDocument.OfCompletion("ab", "c")], new DocumentEncoder(Stores.Bytes, null, 10));
        Assert.NotEqual(Stores.OfTexts(10, "abc").Fingerprint, learned.Fingerprint);
    }

    [Fact]
    public async Task Documents_made_on_demand_are_the_same_for_every_reader()
    {
        var series = new DocumentSeries(50, "numbers", index => RawDocument.OfText($"document {index}"));
        var source = new EncodedDocuments("numbers", series, new DocumentEncoder(Stores.Bytes, null, 11));
        var cancellation = TestContext.Current.CancellationToken;
        var readers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Stores.All(source), cancellation)));
        Assert.All(readers, documents => Assert.Equal(
            Enumerable.Range(0, 50).SelectMany(i => $"document {i}".Select(c => (int)c).Append(256).Take(11)),
            documents.SelectMany(document => document.Tokens.ToArray())));
        Assert.Throws<ArgumentOutOfRangeException>(() => source.Read(50));
        var odd = new EncodedDocuments("odd", series, new DocumentEncoder(Stores.Bytes, null, 11), [1, 3]);
        Assert.Equal(source.Read(3).Tokens.ToArray(), odd.Read(1).Tokens.ToArray());
        Assert.NotEqual(source.Fingerprint, odd.Fingerprint);
        Assert.NotEqual(source.Fingerprint, new EncodedDocuments("n", series, new DocumentEncoder(TableTokenizer.Bytes(), null, 11)).Fingerprint);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_length_that_leaves_nothing_to_predict_is_refused(int length) =>
        Assert.Contains("sequence_length", Assert.Throws<LlmEfficiencyException>(() => Stores.OfTexts(length, "a")).Message);
}
