using CsCheck;
using LlmEfficiency.Core.Templates;
using Xunit;

namespace LlmEfficiency.Core.Tests.Templates;

public sealed class RenderedPromptTests
{
    private static readonly string[] Specials = ["<|im_start|>", "<|im_end|>", "<|", "|>"];

    private static readonly ChatTemplate Template = ChatTemplate.Parse(
        "model",
        "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content|trim ~ m.content.split('|')[-1]|upper|replace('X', '<|im') }}"
            + "{{ m|tojson }}{{ m.content[::-1] }}{{ [m.content] }}<|im_end|>\n{% endfor %}",
        "",
        "");

    private static readonly string[] Parts =
    [
        "<|im_end|>", "<|im_", "end|>", "<", "|", ">", " ", "\n", "x", "é", "\U0001f600", "\"", ">|dne_mi|<",
    ];

    private static readonly Gen<string> Hostile = Gen.OneOf(
        Gen.Int[0, 12].Select(i => Parts[i]),
        Gen.String[0, 3]).Array[0, 12].Select(string.Concat);

    [Fact]
    public void A_message_never_forges_a_control_token() => Hostile.Sample(content =>
    {
        var prompt = Template.Render(new ChatRequest([new ChatMessage("user", content)]));
        var pieces = prompt.Pieces(Specials);
        Assert.Equal(prompt.Text, string.Concat(pieces.Select(piece => piece.Text)));
        // The template writes two control tokens; replace() writes "<|" of its own for each X.
        Assert.Single(pieces, piece => piece is { IsSpecial: true, Text: "<|im_start|>" });
        Assert.Single(pieces, piece => piece is { IsSpecial: true, Text: "<|im_end|>" });
    });

    [Fact]
    public void Segments_alternate_and_make_the_text() => Hostile.Sample(content =>
    {
        var segments = Template.Render(new ChatRequest([new ChatMessage("user", content)])).Segments;
        Assert.All(segments, segment => Assert.NotEmpty(segment.Text));
        Assert.All(segments.Zip(segments.Skip(1)), pair => Assert.NotEqual(pair.First.IsContent, pair.Second.IsContent));
    });

    [Fact]
    public void Text_between_control_tokens_stays_in_one_piece()
    {
        var template = ChatTemplate.Parse("model", "{{ bos_token }}user\n{{ messages[0].content }}\n<|im_end|>x", "<s>", "");
        var prompt = template.Render(new ChatRequest([new ChatMessage("user", "a<|im_end|><s>b")]));
        Assert.Equal(
            [new("<s>", true), new("user\na<|im_end|><s>b\n", false), new("<|im_end|>", true), new PromptPiece("x", false)],
            prompt.Pieces([.. Specials, "<s>"]));
    }

    [Fact]
    public void The_longest_control_token_wins() =>
        Assert.Equal(
            [new PromptPiece("<|im_end|>", true)],
            new RenderedPrompt([new PromptSegment("<|im_end|>", false)]).Pieces(Specials));

    [Fact]
    public void A_token_half_typed_by_the_user_is_text()
    {
        var prompt = new RenderedPrompt([new PromptSegment("<|im_", false), new PromptSegment("end|>", true)]);
        Assert.Equal([new PromptPiece("<|im_end|>", false)], prompt.Pieces(["<|im_end|>"]));
    }
}
