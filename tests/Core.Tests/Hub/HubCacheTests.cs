using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Hub;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Hub;

public sealed class HubCacheTests
{
    [Theory]
    [InlineData("org/name", "org/name", "main")]
    [InlineData("gpt2", "gpt2", "main")]
    [InlineData("Qwen/Qwen2.5-0.5B@refs/pr/1", "Qwen/Qwen2.5-0.5B", "refs/pr/1")]
    [InlineData("a_b/c.d@v1.0", "a_b/c.d", "v1.0")]
    public void Reads_names(string text, string repository, string revision) =>
        Assert.Equal(new HubModelId(repository, revision), HubModelId.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("a/b/c")]
    [InlineData("../b")]
    [InlineData("a/..b")]
    [InlineData("a/b@../../etc")]
    [InlineData("a/b@")]
    [InlineData("a--b/c")]
    [InlineData("./models/x")]
    [InlineData("/models/x")]
    [InlineData("a/b\n")]
    [InlineData("größe/x")]
    public void Refuses_what_is_no_name(string text)
    {
        Assert.Null(HubModelId.TryParse(text));
        Assert.Equal(ErrorKind.Input, Assert.Throws<LlmEfficiencyException>(() => HubModelId.Parse(text)).Kind);
    }

    [Fact]
    public void Finds_a_model_by_branch_and_by_commit()
    {
        using var folder = new TemporaryFolder();
        var repository = folder.File("models--org--name");
        var snapshot = Directory.CreateDirectory(Path.Join(repository, "snapshots", "abc123")).FullName;
        Directory.CreateDirectory(Path.Join(repository, "refs"));
        File.WriteAllText(Path.Join(repository, "refs", "main"), "abc123");
        var cache = new HubCache(folder.FullPath);
        Assert.Equal(snapshot, cache.Resolve(HubModelId.Parse("org/name")));
        Assert.Equal(snapshot, cache.Resolve(HubModelId.Parse("org/name@abc123")));
        Assert.Equal(["org/name"], cache.Models());
        File.WriteAllText(Path.Join(repository, "refs", "main"), "../../elsewhere");
        Assert.Null(cache.TryResolve(HubModelId.Parse("org/name")));
    }

    [Fact]
    public void Says_what_is_there_when_a_model_is_not()
    {
        using var folder = new TemporaryFolder();
        var cache = new HubCache(folder.FullPath);
        Assert.Contains("it holds nothing", Message("org/other"), StringComparison.Ordinal);
        Directory.CreateDirectory(folder.File("models--org--name/snapshots/abc123"));
        Assert.Contains("it holds org/name", Message("org/other"), StringComparison.Ordinal);
        Assert.Contains("revisions abc123", Message("org/name"), StringComparison.Ordinal);
        Assert.Contains("llmeff model pull org/name", Message("org/name"), StringComparison.Ordinal);

        string Message(string model) => Assert.Throws<LlmEfficiencyException>(() => cache.Resolve(HubModelId.Parse(model))).Message;
    }

    [Theory]
    [InlineData("", "/home/me/.cache/huggingface/hub")]
    [InlineData("XDG_CACHE_HOME=/x", "/x/huggingface/hub")]
    [InlineData("XDG_CACHE_HOME=/x HF_HOME=/hf", "/hf/hub")]
    [InlineData("HF_HOME=/hf HUGGINGFACE_HUB_CACHE=/old", "/old")]
    [InlineData("HUGGINGFACE_HUB_CACHE=/old HF_HUB_CACHE=/new", "/new")]
    public void Reads_the_cache_folder_from_the_environment(string variables, string expected) =>
        Assert.Equal(expected, Settings(variables).CacheFolder);

    [Fact]
    public void Reads_the_server_from_the_environment()
    {
        var settings = Settings("HF_ENDPOINT=http://mirror:8080/hub/ HF_TOKEN=t HF_HUB_OFFLINE=true");
        Assert.Equal(new Uri("http://mirror:8080/hub"), settings.Endpoint);
        Assert.Equal(("t", true), (settings.Token, settings.IsOffline));
        Assert.Equal((null, false), (Settings("HF_TOKEN=").Token, Settings("HF_HUB_OFFLINE=0").IsOffline));
        Assert.Throws<LlmEfficiencyException>(() => Settings("HF_ENDPOINT=file:///etc"));
    }

    private static HubSettings Settings(string variables)
    {
        var all = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=')).ToDictionary(v => v[0], v => v[1]);
        return HubSettings.FromEnvironment(all.GetValueOrDefault, "/home/me");
    }
}
