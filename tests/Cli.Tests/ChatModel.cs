using System.Text.Json.Nodes;
using LlmEfficiency.Testing;

namespace LlmEfficiency.Cli.Tests;

/// <summary>A random model that has a chat template, made with the command itself.</summary>
internal sealed class ChatModel : IDisposable
{
    public const string Template =
        "{% for m in messages %}<|endoftext|>{{ m.role }}: {{ m.content }}\n{% endfor %}{% if add_generation_prompt %}<|endoftext|>assistant:{% endif %}";

    private readonly TemporaryFolder _folder = new();

    public string Path => _folder.File("model");

    public static async Task<ChatModel> CreateAsync()
    {
        var model = new ChatModel();
        var run = await Llmeff.RunAsync("model", "init", "tiny", model.Path, "--seed", "3");
        Xunit.Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var file = System.IO.Path.Join(model.Path, "tokenizer_config.json");
        var config = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        config["chat_template"] = Template;
        await File.WriteAllTextAsync(file, config.ToJsonString());
        return model;
    }

    public void Dispose() => _folder.Dispose();
}
