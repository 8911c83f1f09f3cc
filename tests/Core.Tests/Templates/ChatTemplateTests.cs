using System.Text.Json;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Templates;

/// <summary>Prompt forms as their makers publish them; the templates are worded here.</summary>
public sealed class ChatTemplateTests
{
    private static readonly ChatMessage[] Turns = [new("user", "Hi "), new("assistant", "Hello!"), new("user", "Bye")];

    [Fact]
    public void Writes_the_header_form_of_Llama_3()
    {
        const string source = """
            {%- for message in messages %}
                {%- set text = '<|start_header_id|>' + message.role + '<|end_header_id|>\n\n' + message.content | trim + '<|eot_id|>' %}
                {%- if loop.first %}
                    {%- set text = bos_token + text %}
                {%- endif %}
                {{- text }}
            {%- endfor %}
            {%- if add_generation_prompt %}
                {{- '<|start_header_id|>assistant<|end_header_id|>\n\n' }}
            {%- endif %}
            """;
        Assert.Equal(
            "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
                + "Hello!<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nBye<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
            Render(source, "<|begin_of_text|>", "<|eot_id|>", new ChatRequest(Turns)));
    }

    [Fact]
    public void Writes_the_date_of_Llama_3_2_or_the_one_it_is_given()
    {
        const string source = """
            {%- if strftime_now is defined %}
                {%- set today = strftime_now('%d %b %Y') %}
            {%- else %}
                {%- set today = '26 Jul 2024' %}
            {%- endif %}
            Today Date: {{ today }}
            """;
        var request = new ChatRequest(Turns);
        Assert.Equal("Today Date: 26 Jul 2024", Render(source, "", "", request).Trim());
        var later = request with { Now = new DateTimeOffset(2025, 3, 4, 0, 0, 0, TimeSpan.Zero) };
        Assert.Equal("Today Date: 04 Mar 2025", Render(source, "", "", later).Trim());
    }

    [Fact]
    public void Writes_the_form_of_Qwen_with_its_default_system_prompt_and_tools()
    {
        const string source = """
            {%- if messages[0]['role'] == 'system' %}
                {%- set system = messages[0]['content'] %}
            {%- else %}
                {%- set system = 'You are Qwen, created by Alibaba Cloud. You are a helpful assistant.' %}
            {%- endif %}
            {{- '<|im_start|>system\n' + system }}
            {%- if tools %}
                {{- '\n<tools>' }}
                {%- for tool in tools %}
                    {{- '\n' ~ (tool | tojson) }}
                {%- endfor %}
                {{- '\n</tools>' }}
            {%- endif %}
            {{- '<|im_end|>\n' }}
            {%- for message in messages %}
                {%- if message.role == 'user' or (message.role == 'system' and not loop.first) or (message.role == 'assistant' and not message.tool_calls) %}
                    {{- '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>' + '\n' }}
                {%- elif message.role == 'assistant' %}
                    {{- '<|im_start|>' + message.role }}
                    {%- for call in message.tool_calls %}
                        {%- if call.function is defined %}
                            {%- set call = call.function %}
                        {%- endif %}
                        {{- '\n<tool_call>\n{"name": "' ~ call.name ~ '", "arguments": ' ~ call.arguments | tojson ~ '}\n</tool_call>' }}
                    {%- endfor %}
                    {{- '<|im_end|>\n' }}
                {%- endif %}
            {%- endfor %}
            {%- if add_generation_prompt %}
                {{- '<|im_start|>assistant\n' }}
            {%- endif %}
            """;
        Assert.Equal(
            "<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>\n"
                + "<|im_start|>user\nBye<|im_end|>\n<|im_start|>assistant\n",
            Render(source, "", "<|im_end|>", new ChatRequest([Turns[2]])));
        using var tools = JsonDocument.Parse("""[{"name":"größe","n":1}]""");
        using var calls = JsonDocument.Parse("""[{"function":{"name":"größe","arguments":{"x":1.5}}}]""");
        var request = new ChatRequest([new("system", "S"), new("assistant", null) { ToolCalls = calls.RootElement }])
        {
            Tools = tools.RootElement,
            AddGenerationPrompt = false,
        };
        Assert.Equal(
            "<|im_start|>system\nS\n<tools>\n{\"name\": \"größe\", \"n\": 1}\n</tools><|im_end|>\n"
                + "<|im_start|>assistant\n<tool_call>\n{\"name\": \"größe\", \"arguments\": {\"x\": 1.5}}\n</tool_call><|im_end|>\n",
            Render(source, "", "<|im_end|>", request));
    }

    [Fact]
    public void Writes_the_form_of_Mistral_and_Llama_2()
    {
        const string source = """
            {%- if messages[0].role == 'system' %}
                {%- set system = '<<SYS>>\n' ~ messages[0].content ~ '\n<</SYS>>\n\n' %}
                {%- set turns = messages[1:] %}
            {%- else %}
                {%- set turns = messages %}
            {%- endif %}
            {%- for turn in turns %}
                {%- if (turn.role == 'user') != (loop.index0 % 2 == 0) %}
                    {{- raise_exception('roles must alternate') }}
                {%- endif %}
                {%- if turn.role == 'user' %}
                    {{- bos_token ~ '[INST] ' ~ ((system | default('')) if loop.first else '') ~ turn.content.strip() ~ ' [/INST]' }}
                {%- else %}
                    {{- ' ' ~ turn.content.strip() ~ ' ' ~ eos_token }}
                {%- endif %}
            {%- endfor %}
            """;
        var request = new ChatRequest([new("system", "Be kind."), .. Turns]);
        Assert.Equal(
            "<s>[INST] <<SYS>>\nBe kind.\n<</SYS>>\n\nHi [/INST] Hello! </s><s>[INST] Bye [/INST]", Render(source, "<s>", "</s>", request));
        var twice = new ChatRequest([Turns[0], Turns[2]]);
        Assert.Throws<LlmEfficiencyException>(() => Render(source, "<s>", "</s>", twice));
    }

    [Fact]
    public void Writes_the_form_of_Vicuna()
    {
        Assert.Equal(
            "<s>A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, detailed, and "
                + "polite answers to the user's questions. USER: Hi  ASSISTANT: Hello!</s>USER: Bye ASSISTANT:",
            BuiltInTemplates.Vicuna.Render(new ChatRequest(Turns)).Text);
        Assert.Equal(
            "<s>S USER: Bye ", BuiltInTemplates.Vicuna.Render(
                new ChatRequest([new("system", "S"), Turns[2]]) { AddGenerationPrompt = false }).Text);
    }

    [Fact]
    public void Reads_the_template_of_a_folder_wherever_it_stands()
    {
        using var folder = new TemporaryFolder();
        Assert.Null(ChatTemplateFiles.Load(folder.FullPath, "llama"));
        Assert.Same(BuiltInTemplates.Vicuna, ChatTemplateFiles.Load(folder.FullPath, "lmsys/vicuna-7b-v1.3"));
        File.WriteAllText(
            folder.File("tokenizer_config.json"),
            """{"bos_token":{"content":"<s>"},"eos_token":null,"chat_template":[{"name":"tool_use","template":"T"},{"name":"default","template":"{{ bos_token }}D"}]}""");
        var named = ChatTemplateFiles.Load(folder.FullPath)!;
        Assert.Equal("<s>D", named.Render(new ChatRequest(Turns)).Text);
        using var tools = JsonDocument.Parse("[]");
        Assert.Equal("T", named.Render(new ChatRequest(Turns) { Tools = tools.RootElement }).Text);
        File.WriteAllText(folder.File("chat_template.json"), """{"chat_template":"J"}""");
        Assert.Equal("J", ChatTemplateFiles.Load(folder.FullPath)!.Render(new ChatRequest(Turns)).Text);
        File.WriteAllText(folder.File("chat_template.jinja"), "{{ bos_token }}F\n");
        Assert.Equal("<s>F", ChatTemplateFiles.Load(folder.FullPath)!.Render(new ChatRequest(Turns)).Text);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"chat_template":7}""")]
    [InlineData("""{"chat_template":[1]}""")]
    [InlineData("""{"chat_template":"{{"}""")]
    [InlineData("""{"chat_template":"\ud800"}""")]
    [InlineData("""{"bos_token":7,"chat_template":""}""")]
    [InlineData("""{"chat_template":"a","chat_template":"b"}""")]
    public void Refuses_a_malformed_tokenizer_config(string json) =>
        Assert.Throws<MalformedFileException>(() => ChatTemplateFiles.FromConfig("tokenizer_config.json", json));

    [Theory]
    [InlineData("tokenizer_config.json")]
    [InlineData("chat_template.json")]
    public void Half_a_character_is_refused_in_every_file(string name)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File(name), """{"chat_template":"\ud800"}""");
        var refusal = Assert.Throws<MalformedFileException>(() => ChatTemplateFiles.Load(folder.FullPath));
        Assert.EndsWith(name, refusal.File, StringComparison.Ordinal);
    }

    private static string Render(string source, string begin, string end, ChatRequest request) =>
        ChatTemplate.Parse("model", source, begin, end).Render(request).Text;
}
