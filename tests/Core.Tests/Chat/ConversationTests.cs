using LlmEfficiency.Core.Chat;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;
using Xunit;

namespace LlmEfficiency.Core.Tests.Chat;

public sealed class ConversationTests
{
    private const string Source =
        "{% for m in messages %}{% if m.content == 'no' %}{{ raise_exception('refused') }}{% endif %}"
        + "<|end|>{{ m.role }}: {{ m.content }}\n{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}";

    private static readonly ITokenizer Bytes = ByteTokenizer.Create("<|end|>");

    [Fact]
    public void A_turn_holds_all_that_was_said_before()
    {
        var conversation = Begin(null);
        var first = conversation.Ask("Hi");
        conversation.Answer(" Hello.\n");
        var second = conversation.Ask("And?");
        Assert.Equal([256, .. Ids("user: Hi\nassistant:")], first);
        Assert.Equal([256, .. Ids("user: Hi\n"), 256, .. Ids("assistant: Hello.\n"), 256, .. Ids("user: And?\nassistant:")], second);
    }

    [Fact]
    public void What_is_typed_is_no_special_token() =>
        Assert.Equal(1, Begin(null).Ask("<|end|>").Count(id => id == 256));

    [Fact]
    public void A_refused_question_is_not_kept()
    {
        var conversation = Begin("Be brief.");
        Assert.Throws<LlmEfficiencyException>(() => conversation.Ask("no"));
        Assert.Equal(["system"], conversation.Messages.Select(message => message.Role));
        Assert.NotEmpty(conversation.Ask("yes"));
    }

    [Fact]
    public void Reset_keeps_the_system_message_alone()
    {
        var conversation = Begin("Be brief.");
        var first = conversation.Ask("Hi");
        conversation.Answer("Hello.");
        conversation.Reset();
        Assert.Equal(first, conversation.Ask("Hi"));
    }

    private static IEnumerable<int> Ids(string text) => text.Select(letter => (int)letter);

    private static Conversation Begin(string? system) =>
        new(ChatTemplate.Parse("test", Source, string.Empty, string.Empty), Bytes, system, TimeProvider.System);
}
