using System.Security.Cryptography;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Hub;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Hub;

public sealed class HubClientTests : IDisposable
{
    private static readonly HubModelId Model = HubModelId.Parse("org/tiny");

    // printf '{}' | git hash-object --stdin
    private const string GitHashOfBraces = "9e26dfeeb6e641a33dae4961196235bdb965b21b";

    private readonly TemporaryFolder _folder = new();

    private string Repository => _folder.File("models--org--tiny");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pulls_what_the_model_needs_into_the_layout_of_the_cache(bool listsHashes)
    {
        using var hub = Hub(listsHashes);
        hub.Files["onnx/config.json"] = hub.Files["README.md"] = hub.Files["pytorch_model.bin"] = [1];
        var snapshot = await Pull(hub);
        Assert.Equal(Path.Join(Repository, "snapshots", LocalHub.Commit), snapshot);
        Assert.Equal(["config.json", "model.safetensors"], Directory.EnumerateFiles(snapshot).Select(p => Path.GetFileName(p)).Order());
        Assert.All(["config.json", "model.safetensors"], name => Assert.Equal(hub.Files[name], File.ReadAllBytes(Path.Join(snapshot, name))));
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(hub.Files["model.safetensors"]));
        Assert.Equal(Path.Join("..", "..", "blobs", sha256), new FileInfo(Path.Join(snapshot, "model.safetensors")).LinkTarget);
        Assert.Equal(
            Path.Join("..", "..", "blobs", GitHashOfBraces), new FileInfo(Path.Join(snapshot, "config.json")).LinkTarget);
        Assert.Equal(LocalHub.Commit, File.ReadAllText(Path.Join(Repository, "refs", "main")));
        Assert.Equal(snapshot, new HubCache(_folder.FullPath).Resolve(Model));
    }

    [Fact]
    public async Task Downloads_nothing_the_second_time()
    {
        using var hub = Hub();
        await Pull(hub);
        hub.Requests.Clear();
        await Pull(hub);
        Assert.StartsWith("/api/", Assert.Single(hub.Requests).Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Goes_on_after_a_cut_connection(bool ignoresRange)
    {
        using var hub = Hub(ignoresRange: ignoresRange);
        hub.Cuts.Enqueue(70_000);
        hub.Cuts.Enqueue(50_000);
        var snapshot = await Pull(hub);
        Assert.Equal(hub.Files["model.safetensors"], File.ReadAllBytes(Path.Join(snapshot, "model.safetensors")));
        var ranges = hub.Requests.Where(r => r.Path.EndsWith("safetensors", StringComparison.Ordinal)).Select(r => r.Range).ToList();
        Assert.Equal([null, "bytes=70000-", ignoresRange ? "bytes=50000-" : "bytes=120000-"], ranges);
        Assert.Empty(Directory.EnumerateFiles(Path.Join(Repository, "blobs"), "*.incomplete"));
    }

    [Fact]
    public async Task Goes_on_after_it_was_stopped()
    {
        using var hub = Hub();
        using var stop = new CancellationTokenSource();
        var progress = new Immediate(report => { if (report.File == "model.safetensors") { stop.Cancel(); } });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Pull(hub, progress: progress, stop: stop));
        var partial = Assert.Single(Directory.EnumerateFiles(Path.Join(Repository, "blobs"), "*.incomplete"));
        var length = new FileInfo(partial).Length;
        Assert.InRange(length, 1, hub.Files["model.safetensors"].Length - 1);
        Assert.False(Directory.Exists(Path.Join(Repository, "snapshots")));
        var snapshot = await Pull(hub);
        Assert.Contains(hub.Requests, request => request.Range == $"bytes={length}-");
        Assert.Equal(hub.Files["model.safetensors"], File.ReadAllBytes(Path.Join(snapshot, "model.safetensors")));
    }

    [Fact]
    public async Task Takes_an_incomplete_file_that_has_all_its_bytes()
    {
        using var hub = Hub();
        var content = hub.Files["model.safetensors"];
        Directory.CreateDirectory(Path.Join(Repository, "blobs"));
        await File.WriteAllBytesAsync(
            Path.Join(Repository, "blobs", $"{Convert.ToHexStringLower(SHA256.HashData(content))}.incomplete"), content, TestContext.Current.CancellationToken);
        Assert.Equal(content, File.ReadAllBytes(Path.Join(await Pull(hub), "model.safetensors")));
    }

    [Fact]
    public async Task Refuses_bytes_with_another_hash_and_shows_nothing()
    {
        using var hub = Hub();
        hub.Sha256Lie = new string('a', 64);
        var error = await Assert.ThrowsAsync<LlmEfficiencyException>(() => Pull(hub));
        Assert.Equal(ErrorKind.Network, error.Kind);
        Assert.Contains("model.safetensors", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Join(Repository, "snapshots")));
        Assert.False(File.Exists(Path.Join(Repository, "blobs", hub.Sha256Lie)));
        Assert.Null(new HubCache(_folder.FullPath).TryResolve(Model));
    }

    [Fact]
    public async Task Refuses_a_file_without_a_hash()
    {
        using var hub = new LocalHub { ListsHashes = false, SendsHashes = false, Files = { ["model.safetensors"] = [1, 2] } };
        var error = await Assert.ThrowsAsync<LlmEfficiencyException>(() => Pull(hub));
        Assert.Contains("no hash", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, null, ErrorKind.Input, "set HF_TOKEN")]
    [InlineData(403, "secret", ErrorKind.Input, "the token in HF_TOKEN")]
    [InlineData(404, null, ErrorKind.Input, "not on 127.0.0.1")]
    [InlineData(418, null, ErrorKind.Network, "418")]
    public async Task Says_what_a_refusal_means(int status, string? token, ErrorKind kind, string part)
    {
        using var hub = Hub();
        hub.Failures.Enqueue(status);
        var error = await Assert.ThrowsAsync<LlmEfficiencyException>(() => Pull(hub, token));
        Assert.Equal(kind, error.Kind);
        Assert.Contains("org/tiny", error.Message, StringComparison.Ordinal);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waits_for_a_busy_server_but_not_for_ever()
    {
        using var hub = Hub();
        hub.Failures.Enqueue(503);
        hub.Failures.Enqueue(429);
        await Pull(hub);
        for (var i = 0; i < 6; i++)
        {
            hub.Failures.Enqueue(500);
        }

        var error = await Assert.ThrowsAsync<LlmEfficiencyException>(() => Pull(hub));
        Assert.Equal(ErrorKind.Network, error.Kind);
        Assert.Contains("gave up after 6 attempts", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Shows_the_token_to_the_endpoint_alone(bool listsHashes)
    {
        using var storage = Hub();
        using var hub = Hub(listsHashes);
        hub.Storage = storage.Address;
        var snapshot = await Pull(hub, "secret");
        Assert.Equal(hub.Files["model.safetensors"], File.ReadAllBytes(Path.Join(snapshot, "model.safetensors")));
        Assert.All(hub.Requests, request => Assert.Equal("Bearer secret", request.Token));
        Assert.NotEmpty(storage.Requests);
        Assert.All(storage.Requests, request => Assert.Null(request.Token));
    }

    [Fact]
    public async Task Refuses_an_endless_listing()
    {
        using var hub = Hub();
        hub.Listing = new byte[(1 << 25) + 1];
        var error = await Assert.ThrowsAsync<LlmEfficiencyException>(() => Pull(hub));
        Assert.Equal(ErrorKind.Network, error.Kind);
        Assert.Contains("more than 33554432 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_endless_redirects()
    {
        using var hub = Hub();
        hub.Storage = hub.Address;
        var error = await Assert.ThrowsAsync<LlmEfficiencyException>(() => Pull(hub));
        Assert.Contains("redirects more than", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../evil.json")]
    [InlineData("a/../../evil.json")]
    [InlineData("/etc/evil.json")]
    [InlineData("a\\evil.json")]
    [InlineData("C:evil.json")]
    [InlineData("a//evil.json")]
    [InlineData("./evil.json")]
    [InlineData("evil\0.json")]
    [InlineData("")]
    public async Task Refuses_a_file_name_that_leads_out(string name)
    {
        using var hub = Hub();
        hub.Files[name] = [1];
        var error = await Assert.ThrowsAsync<LlmEfficiencyException>(() => Pull(hub));
        Assert.Contains("lead out", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Repository));
    }

    [Fact]
    public async Task Does_not_write_through_a_link_in_the_cache()
    {
        using var elsewhere = new TemporaryFolder();
        using var hub = Hub();
        hub.Files["sub/x.gguf"] = [1, 2, 3];
        var snapshot = Path.Join(Repository, "snapshots", LocalHub.Commit);
        Directory.CreateDirectory(snapshot);
        Directory.CreateSymbolicLink(Path.Join(snapshot, "sub"), elsewhere.FullPath);
        await Assert.ThrowsAsync<LlmEfficiencyException>(() => Pull(hub, include: "sub/*.gguf"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(elsewhere.FullPath));
    }

    [Fact]
    public async Task Pulls_only_what_a_pattern_names()
    {
        using var hub = Hub();
        hub.Files["q/tiny-Q8_0.gguf"] = [1, 2, 3];
        var snapshot = await Pull(hub, include: "*Q8_0.gguf");
        Assert.Equal([Path.Join(snapshot, "q", "tiny-Q8_0.gguf")], Directory.EnumerateFiles(snapshot, "*", SearchOption.AllDirectories));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(Path.Join(snapshot, "q", "tiny-Q8_0.gguf")));
        var error = await Assert.ThrowsAsync<LlmEfficiencyException>(() => Pull(hub, include: "*Q4_0.gguf"));
        Assert.Contains("q/tiny-Q8_0.gguf", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Takes_the_old_weights_where_there_are_no_safetensors()
    {
        using var hub = Hub();
        hub.Files.Remove("model.safetensors");
        await Assert.ThrowsAsync<LlmEfficiencyException>(() => Pull(hub));
        hub.Files["pytorch_model.bin"] = [7];
        hub.Files["optimizer.bin"] = [8];
        var snapshot = await Pull(hub);
        Assert.Equal(["config.json", "pytorch_model.bin"], Directory.EnumerateFiles(snapshot).Select(p => Path.GetFileName(p)).Order());
    }

    [Fact]
    public async Task Uses_the_cache_alone_when_offline()
    {
        using var hub = Hub();
        var error = await Assert.ThrowsAsync<LlmEfficiencyException>(() => Pull(hub, isOffline: true));
        Assert.Equal(ErrorKind.Input, error.Kind);
        var snapshot = await Pull(hub);
        hub.Requests.Clear();
        Assert.Equal(snapshot, await Pull(hub, isOffline: true));
        Assert.Empty(hub.Requests);
    }

    [Fact]
    public async Task Says_that_the_disk_fails()
    {
        using var hub = Hub();
        File.WriteAllText(Repository, "a file stands where the folder should");
        var error = await Assert.ThrowsAsync<LlmEfficiencyException>(() => Pull(hub));
        Assert.Equal(ErrorKind.Disk, error.Kind);
    }

    public void Dispose() => _folder.Dispose();

    private static LocalHub Hub(bool listsHashes = true, bool ignoresRange = false)
    {
        var weights = new byte[200_000];
        new Random(1).NextBytes(weights);
        return new LocalHub
        {
            ListsHashes = listsHashes,
            IgnoresRange = ignoresRange,
            Files = { ["config.json"] = [.. "{}"u8], ["model.safetensors"] = weights },
        };
    }

    private async Task<string> Pull(
        LocalHub hub,
        string? token = null,
        bool isOffline = false,
        string? include = null,
        IProgress<PullProgress>? progress = null,
        CancellationTokenSource? stop = null)
    {
        var settings = new HubSettings { Endpoint = hub.Address, Token = token, IsOffline = isOffline, CacheFolder = _folder.FullPath };
        using var client = new HubClient(settings, new HurriedClock());
        return await client.Pull(
            Model, include is null ? [] : [include], progress, stop?.Token ?? TestContext.Current.CancellationToken).ConfigureAwait(false);
    }

    private sealed class Immediate(Action<PullProgress> take) : IProgress<PullProgress>
    {
        public void Report(PullProgress value) => take(value);
    }

    /// <summary>Makes a second a millisecond, up to the waits between attempts; longer ones stay.</summary>
    private sealed class HurriedClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.Zero && dueTime < TimeSpan.FromSeconds(50) ? dueTime / 1000 : dueTime, period);
    }
}
