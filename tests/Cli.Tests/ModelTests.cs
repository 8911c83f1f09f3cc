using System.Text;
using System.Text.Json;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Cli.Tests;

public sealed class ModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_random_model_can_be_made_looked_at_verified_converted_and_run()
    {
        var (made, converted) = (_folder.File("made"), _folder.File("converted"));
        await Run("model", "init", "tiny", made, "--seed", "5");
        var info = JsonSerializer.Deserialize<JsonElement>(await Run("model", "info", made, "--json"));
        var stored = info.GetProperty("stored_bytes").GetProperty("F32").GetInt64();
        Assert.Equal(4 * info.GetProperty("parameters").GetInt64(), stored);
        await Run("model", "convert", made, converted, "--dtype", "bf16", "--max-shard-mb", "1");
        Assert.Contains("no problem found", await Run("model", "verify", converted), StringComparison.Ordinal);
        info = JsonSerializer.Deserialize<JsonElement>(await Run("model", "info", converted, "--json"));
        Assert.Equal(stored / 2, info.GetProperty("stored_bytes").GetProperty("BF16").GetInt64());
        Assert.NotEmpty(await Run("generate", "Hi", "-m", converted, "-n", "3"));
    }

    [Fact]
    public async Task A_model_can_be_packed_looked_at_verified_and_run_by_both_engines()
    {
        var (made, packed) = (_folder.File("made"), _folder.File("packed"));
        await Run("model", "init", "tiny", made, "--seed", "5");
        Assert.Contains("in packed int8", await Run("model", "convert", made, packed, "--weights", "int8"), StringComparison.Ordinal);
        Assert.Contains("no problem found", await Run("model", "verify", packed), StringComparison.Ordinal);
        var info = JsonSerializer.Deserialize<JsonElement>(await Run("model", "info", packed, "--json"));
        Assert.True(info.GetProperty("stored_bytes").GetProperty("int8").GetInt64() > 0);
        string[] prompt = ["generate", "Hi", "--greedy", "--ignore-eos", "-n", "20"];
        Assert.Equal(await Run([.. prompt, "-m", made, "--weights", "int8"]), await Run([.. prompt, "-m", packed]));
        Assert.NotEmpty(await Run([.. prompt, "-m", packed, "--engine", "torch"]));
        await Run("model", "convert", packed, _folder.File("plain"));
        Assert.Equal(await Run([.. prompt, "-m", packed, "--engine", "torch"]), await Run([.. prompt, "-m", _folder.File("plain"), "--engine", "torch"]));
    }

    [Theory]
    [InlineData("--dtype is of no use to --weights", "--dtype", "bf16")]
    [InlineData("--max-shard-mb is of no use to --weights", "--max-shard-mb", "10")]
    [InlineData("weight format 'int3' is unknown: use fp32, bf16, int8, int4", "--weights", "int3")]
    public async Task Options_that_do_not_suit_packing_are_refused(string problem, params string[] options)
    {
        string[] packs = options.Contains("--weights") ? [] : ["--weights", "int8"];
        var run = await Llmeff.RunAsync(["model", "convert", "/nowhere", _folder.File("packed"), .. packs, .. options]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(problem, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_seed_makes_the_same_weights()
    {
        var bytes = new List<byte[]>();
        foreach (var (name, seed) in new[] { ("a", "1"), ("b", "1"), ("c", "2") })
        {
            await Run("model", "init", "tiny", _folder.File(name), "--seed", seed);
            bytes.Add(await File.ReadAllBytesAsync(Path.Join(_folder.File(name), "model.safetensors"), TestContext.Current.CancellationToken));
        }

        Assert.Equal(bytes[0], bytes[1]);
        Assert.NotEqual(bytes[0], bytes[2]);
    }

    [Theory]
    [InlineData("stories260Ktok512.gguf")]
    [InlineData("stories260K.bin")]
    public async Task A_converted_file_generates_what_the_file_generates(string file)
    {
        var source = SharedData.Require($"weights/stories260k/{file}");
        var target = _folder.File("converted");
        await Run("model", "convert", source, target);
        await Run("model", "verify", target);
        Assert.Equal(await Ids(source), await Ids(target));
    }

    [Fact]
    public async Task Verify_tells_of_damaged_numbers_with_exit_code_2()
    {
        await Run("model", "init", "tiny", _folder.File("m"));
        var path = Path.Join(_folder.File("m"), "model.safetensors");
        await using (var file = File.OpenWrite(path))
        {
            file.Seek(-4, SeekOrigin.End);
            file.Write(BitConverter.GetBytes(float.NaN));
        }

        var run = await Llmeff.RunAsync("model", "verify", _folder.File("m"), "--json");
        Assert.Equal(2, run.ExitCode);
        var problem = Assert.Single(JsonSerializer.Deserialize<JsonElement>(run.Output).GetProperty("problems").EnumerateArray());
        Assert.Contains("NaN", problem.GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pull_fetches_into_the_cache_where_a_name_finds_it()
    {
        await Run("model", "init", "tiny", _folder.File("m"));
        using var hub = new LocalHub();
        foreach (var path in Directory.EnumerateFiles(_folder.File("m")))
        {
            hub.Files[Path.GetFileName(path)] = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        }

        var environment = new Dictionary<string, string> { ["HF_ENDPOINT"] = $"{hub.Address}", ["HF_HOME"] = _folder.File("home") };
        using var pull = new LlmeffProcess(environment, "model", "pull", "org/tiny");
        var (code, output, error) = await pull.EndAsync();
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(hub.Files.Keys.Order(), Directory.EnumerateFiles(output.Trim()).Select(path => Path.GetFileName(path)).Order());
        hub.Requests.Clear();
        using var again = new LlmeffProcess(environment, "model", "pull", "org/tiny", "--offline");
        Assert.Equal((0, output, ""), await again.EndAsync());
        Assert.Empty(hub.Requests);
        using var generate = new LlmeffProcess(environment, "generate", "Hi", "-m", "org/tiny", "-n", "2");
        Assert.Equal(0, (await generate.EndAsync()).ExitCode);
    }

    [Fact]
    public async Task Info_of_a_file_without_tokenizer_says_none()
    {
        await Run("model", "init", "tiny", _folder.File("m"));
        File.Delete(Path.Join(_folder.File("m"), "tokenizer.json"));
        Assert.Contains("tokenizer none", await Run("model", "info", _folder.File("m")), StringComparison.Ordinal);
        Assert.Equal(2, (await Llmeff.RunAsync("model", "verify", _folder.File("m"))).ExitCode);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<string> Ids(string model)
    {
        var line = await Run("generate", "Once upon a time", "-m", model, "--greedy", "-n", "60", "--json");
        var result = JsonSerializer.Deserialize<JsonElement>(line);
        return new StringBuilder().Append(result.GetProperty("prompt_ids")).Append(result.GetProperty("token_ids")).ToString();
    }

    private static async Task<string> Run(params string[] args)
    {
        var run = await Llmeff.RunAsync(args);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return run.Output;
    }
}
