using LlmEfficiency.Core.Chat;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;
using Xunit;

namespace LlmEfficiency.Core.Tests.Chat;

public sealed class PromptFormTests
{
    private static readonly ITokenizer Llama3 =
        ByteTokenizer.Create("<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<|end_of_text|>");

    private static readonly ChatRequest Request =
        new([new ChatMessage("user", " Hi "), new ChatMessage("assistant", "Ho"), new ChatMessage("user", "Why?")]);

    [Fact]
    public void Llama_3_has_headers_and_ends_of_turns()
    {
        var form = PromptForm.Find("llama-3", Llama3, null);
        Assert.Equal(
            "<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nHo<|eot_id|>"
            + "<|start_header_id|>user<|end_header_id|>\n\nWhy?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
            form.Template.Render(Request).Text);
        Assert.Equal([Llama3.Vocabulary.Specials["<|eot_id|>"]], form.StopTokens);
        Assert.Equal(11, ChatPrompt.Encode(form.Template, Llama3, Request).Count(id => id >= 256 && id < 259));
    }

    [Fact]
    public void Vicuna_takes_the_spelling_of_the_tokenizer_and_plain_the_texts_alone()
    {
        var tokenizer = ByteTokenizer.Create("<end>");
        Assert.Equal(
            "USER:  Hi  ASSISTANT: Ho<end>USER: Why? ASSISTANT:",
            PromptForm.Find("vicuna", tokenizer, null).Template.Render(Request).Text.Split("questions. ")[1]);
        Assert.Equal(" Hi \n\nHo\n\nWhy?", PromptForm.Find("plain", tokenizer, null).Template.Render(Request).Text);
    }

    [Fact]
    public void Auto_is_the_models_own()
    {
        var own = BuiltInTemplates.Vicuna;
        Assert.Same(own, PromptForm.Find("auto", Llama3, own).Template);
        Assert.Contains("name one with --template", Refused("auto", Llama3), StringComparison.Ordinal);
    }

    [Fact]
    public void A_form_that_cannot_be_is_refused()
    {
        Assert.Contains("choose of vicuna, llama-3, plain", Refused("alpaca", Llama3), StringComparison.Ordinal);
        Assert.Contains("needs the token <|start_header_id|>", Refused("llama-3", ByteTokenizer.Create("<s>")), StringComparison.Ordinal);
    }

    private static string Refused(string name, ITokenizer tokenizer) =>
        Assert.Throws<LlmEfficiencyException>(() => PromptForm.Find(name, tokenizer, null)).Message;
}
