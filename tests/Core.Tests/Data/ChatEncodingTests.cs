using CsCheck;
using LlmEfficiency.Core.Chat;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;
using Xunit;

namespace LlmEfficiency.Core.Tests.Data;

/// <summary>Each template has a plain twin that writes the same by hand, piece by piece, and knows what is learned.</summary>
public sealed class ChatEncodingTests
{
    private const string ChatMl =
        "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
        + "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

    private const string Headers =
        "{{ bos_token }}{% for m in messages %}<|header|>{{ m.role }}<|header_end|>\n\n{{ m.content | trim }}</s>{% endfor %}"
        + "{% if add_generation_prompt %}<|header|>assistant<|header_end|>\n\n{% endif %}";

    private const string Lines =
        "{% for m in messages %}{{ m.role | capitalize }}: {{ m.content }}\n{% endfor %}{% if add_generation_prompt %}Assistant:{% endif %}";

    private const string WithoutPrompt = "{% for m in messages %}{{ m.role }}>{{ m.content }}</s>{% endfor %}";

    private static readonly ITokenizer Tokenizer =
        ByteTokenizer.Create("<s>", "</s>", "<|im_start|>", "<|im_end|>", "<|header|>", "<|header_end|>", "<|endoftext|>");

    private static readonly int End = Tokenizer.Vocabulary.EndOfSequence!.Value;

    private static readonly Dictionary<string, (ChatTemplate Template, Func<ChatMessage, IEnumerable<(string, bool)>> Message, string Begin, bool Ends)> Twins = new()
    {
        ["chatml"] = (Parse(ChatMl), m =>
            [("<|im_start|>", false), (m.Role + "\n", false), (m.Content!, IsAnswer(m)), ("<|im_end|>", IsAnswer(m)), ("\n", false)], "", true),
        ["headers"] = (Parse(Headers), m =>
            [("<|header|>", false), (m.Role, false), ("<|header_end|>", false), ("\n\n", false), (m.Content!.Trim(), IsAnswer(m)), ("</s>", IsAnswer(m))], "<s>", true),
        ["lines"] = (Parse(Lines), m =>
            [(m.Role == "user" ? "User:" : "Assistant:", false), (" " + m.Content + "\n", IsAnswer(m))], "", false),
        ["no generation prompt"] = (Parse(WithoutPrompt), m =>
            [($"{m.Role}>{m.Content}", IsAnswer(m)), ("</s>", IsAnswer(m))], "", true),
    };

    public static TheoryData<string> Names => [.. Twins.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Answers_and_their_ends_are_learned_and_nothing_else(string name)
    {
        var (template, message, begin, ends) = Twins[name];
        Gen.Select(Gen.String[Gen.Char["ab \n<|ä😀"], 0, 8], Gen.Int[0, 3].Select(n => n == 0)).Array[1, 6].Sample(turns =>
        {
            // after the first, who speaks is left to chance; a few answers follow each other
            var messages = turns.Select((turn, i) => new ChatMessage(i > 0 && (turn.Item2 || i % 2 == 1) ? "assistant" : "user", turn.Item1)).ToArray();
            var (ids, targets) = (new List<int>(), new List<bool>());
            foreach (var (text, isTarget) in messages.SelectMany(message).Prepend((begin, false)))
            {
                var piece = Tokenizer.Vocabulary.Specials.TryGetValue(text, out var id) && text.Length > 2 ? [id] : Utf8(text);
                ids.AddRange(piece);
                targets.AddRange(Enumerable.Repeat(isTarget, piece.Length));
            }

            if (!ends && IsAnswer(messages[^1]))
            {
                ids.Add(End);
                targets.Add(true);
            }

            targets[0] = false;
            var encoded = ChatEncoding.Encode(template, Tokenizer, messages, trainOnPrompt: false, "here");
            Assert.Equal(ids, encoded.Tokens);
            Assert.Equal(targets, encoded.Targets!);
            var whole = ChatEncoding.Encode(template, Tokenizer, messages, trainOnPrompt: true, "here");
            Assert.Equal(ids, whole.Tokens);
            Assert.Null(whole.Targets);
        }, iter: 200);
    }

    [Fact]
    public void The_built_in_template_learns_answers()
    {
        var encoded = Encode(BuiltInTemplates.Vicuna, new("user", "Hi"), new("assistant", "Ho"), new("user", "Why?"), new("assistant", "So."));
        var learned = encoded.Tokens.Where((_, i) => encoded.Targets![i]).ToArray();
        var stop = Tokenizer.Vocabulary.Specials["</s>"];
        Assert.Equal([.. Utf8(" Ho"), stop, .. Utf8(" So."), stop], learned);
    }

    [Fact]
    public void Before_the_first_answer_stands_what_a_model_is_given()
    {
        ChatMessage[] messages = [new("system", "Be brief."), new("user", "Hi"), new("assistant", "Ho")];
        var encoded = Encode(Parse(ChatMl), messages);
        var given = ChatPrompt.Encode(Parse(ChatMl), Tokenizer, new ChatRequest(messages[..2]));
        Assert.Equal(given, encoded.Tokens.Take(Array.IndexOf(encoded.Targets!, true)));
    }

    [Fact]
    public void A_control_token_in_a_message_is_text()
    {
        var encoded = Encode(Parse(ChatMl), new("user", "<|im_end|>"), new("assistant", "<|im_end|>!"));
        Assert.Equal(2, encoded.Tokens.Count(id => id == Tokenizer.Vocabulary.Specials["<|im_end|>"]));
        Assert.Equal(Utf8("<|im_end|>!").Length + 1, encoded.Targets!.Count(isTarget => isTarget));
    }

    [Theory]
    [InlineData("{% for m in messages %}{% if loop.last or m.role == 'user' %}{{ m.content }}{% endif %}</s>{% endfor %}")] // hides old answers
    [InlineData("{{ messages | length }}{% for m in messages %}{{ m.content }}</s>{% endfor %}")]
    [InlineData("{% for m in messages %}{{ m.content }}</s>{% endfor %}{% if add_generation_prompt %}think: {% endif %}")]
    public void A_template_that_rewrites_the_past_is_refused(string source)
    {
        var error = Assert.Throws<LlmEfficiencyException>(() => Encode(
            Parse(source), new("user", "a"), new("assistant", "b"), new("user", "c"), new("assistant", "d")));
        Assert.Equal(ErrorKind.Input, error.Kind);
        Assert.StartsWith("here: the chat template writes message ", error.Message);
        Assert.Contains("train_on_prompt", error.Message);
    }

    [Fact]
    public void A_refusal_of_the_template_names_the_place()
    {
        var error = Assert.Throws<LlmEfficiencyException>(() => Encode(Parse("{{ raise_exception('no such role') }}"), new ChatMessage("x", "y")));
        Assert.StartsWith("here: ", error.Message);
        Assert.Contains("no such role", error.Message);
    }

    // Tokens that reach across both ends of an answer: "a\n" begins in the prompt, "c\n\n" ends behind the answer.
    [Fact]
    public void A_token_across_an_end_is_learned()
    {
        var tokenizer = Testing.TableTokenizer.Of("a", "b", "c", "\n", ":", ":b", "c\n", "\n\n", "a:");
        var spans = new EncodedPieces(tokenizer, [new PromptPiece("a:bc\n\n", false)]);
        Assert.Equal([8, 1, 6, 3], spans.Tokens);
        Assert.Equal(1, spans.FirstWith(2));
        Assert.Equal(0, spans.FirstWith(1));
        Assert.Equal(3, spans.FirstBehind(4));
        Assert.Equal(3, spans.FirstBehind(5));
        Assert.Equal(4, spans.FirstBehind(6));
    }

    private static bool IsAnswer(ChatMessage message) => message.Role == "assistant";

    private static int[] Utf8(string text) => [.. Tokenizer.Encode(text)];

    private static EncodedDocument Encode(ChatTemplate template, params ChatMessage[] messages) =>
        ChatEncoding.Encode(template, Tokenizer, messages, trainOnPrompt: false, "here");

    private static ChatTemplate Parse(string source) => ChatTemplate.Parse("template", source, "<s>", "</s>");
}
