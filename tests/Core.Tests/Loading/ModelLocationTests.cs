using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Hub;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Loading;

public sealed class ModelLocationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("x.bin", "GGUF", ModelForm.Gguf)]
    [InlineData("x", "GGUF", ModelForm.Gguf)]
    [InlineData("x.bin", "", ModelForm.Llama2c)]
    [InlineData("x.bin", "abcdef", ModelForm.Llama2c)]
    public void The_first_bytes_tell_the_form(string name, string content, ModelForm form)
    {
        File.WriteAllText(_folder.File(name), content);
        Assert.Equal(form, ModelLocation.Find(_folder.File(name)).Form);
    }

    [Theory]
    [InlineData("model.safetensors", "{}")]
    [InlineData("config.json", "{}")]
    [InlineData("pytorch_model.bin", "PK\u0003\u0004")]
    public void A_part_of_a_model_is_no_model(string name, string content)
    {
        File.WriteAllText(_folder.File(name), content);
        var problem = Assert.Throws<LlmEfficiencyException>(() => ModelLocation.Find(_folder.File(name)));
        Assert.Equal(ErrorKind.Input, problem.Kind);
        Assert.Contains("name the folder", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_a_model_by_its_configuration_or_its_only_gguf_file()
    {
        Assert.Contains("config.json", Refusal(), StringComparison.Ordinal);
        File.WriteAllText(_folder.File("a.gguf"), "");
        Assert.Equal(_folder.File("a.gguf"), ModelLocation.Find(_folder.FullPath).Path);
        File.WriteAllText(_folder.File("b.gguf"), "");
        Assert.Contains("a.gguf", Refusal(), StringComparison.Ordinal);
        File.WriteAllText(_folder.File("config.json"), "{}");
        Assert.Equal(ModelForm.Folder, ModelLocation.Find(_folder.FullPath).Form);
    }

    [Fact]
    public void A_name_is_looked_for_in_the_cache_and_the_refusal_says_where()
    {
        var cache = new HubCache(_folder.FullPath);
        var problem = Assert.Throws<LlmEfficiencyException>(() => ModelLocation.Find("org/tiny", cache));
        Assert.Contains(_folder.FullPath, problem.Message, StringComparison.Ordinal);
        Assert.Contains("llmeff model pull org/tiny", problem.Message, StringComparison.Ordinal);
        var snapshot = Directory.CreateDirectory(_folder.File("models--org--tiny/snapshots/main")).FullName;
        File.WriteAllText(Path.Join(snapshot, "config.json"), "{}");
        Assert.Equal(new ModelLocation("org/tiny", snapshot, ModelForm.Folder), ModelLocation.Find("org/tiny", cache));
    }

    public void Dispose() => _folder.Dispose();

    private string Refusal() => Assert.Throws<LlmEfficiencyException>(() => ModelLocation.Find(_folder.FullPath)).Message;
}
