using System.Text.Json;
using Xunit;

namespace LlmEfficiency.Cli.Tests;

public sealed class BenchTests
{
    private static readonly string[] Numbers = ["tokensPerSecond", "bytesPerToken", "readBandwidthGBs", "shareOfBandwidth", "prefillTokensPerSecond"];

    [Theory]
    [InlineData("--weights", "int4")]
    [InlineData("--engine", "torch")]
    public async Task Decoding_verification_and_prompts_are_measured(string option, string value)
    {
        string[] common = ["bench", "decode", "-m", "llmeff-tiny-0.3m", "--k", "1,3", "--context", "8", "--seconds", "0", "--threads", "1", "--no-keep", option, value];
        using var measured = JsonDocument.Parse((await Llmeff.RunAsync([.. common, "--json"])).Output);
        var root = measured.RootElement;
        Assert.Equal(8, root.GetProperty("context").GetInt32());
        Assert.All(Numbers, name => Assert.True(root.GetProperty(name).GetDouble() > 0));
        Assert.Equal([1, 3], root.GetProperty("verifyCost").EnumerateArray().Select(cost => cost.GetProperty("rows").GetInt32()));
        var (code, output, error) = await Llmeff.RunAsync(common);
        Assert.True(code == 0, error);
        Assert.Contains("tokens a pass", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1,x", "--k is '1,x'")]
    [InlineData("0", "one token or more")]
    [InlineData("1000000", "do not fit into the model's")]
    public async Task Numbers_out_of_range_are_refused(string rows, string problem)
    {
        var (code, _, error) = await Llmeff.RunAsync(["bench", "decode", "-m", "llmeff-tiny-0.3m", "--k", rows]);
        Assert.NotEqual(0, code);
        Assert.Contains(problem, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fp16", "does not know fp16", "--engine", "simd")]
    [InlineData("fp32", "leave them, or --engine torch, out", "--engine", "torch", "--weights", "int8")]
    [InlineData("fp32", "weight format 'q3' is unknown: use fp32, bf16, int8, int4", "--weights", "q3")]
    [InlineData("fp32", "cache type 'fp8' is unknown: use fp32, bf16, int8", "--cache-type", "fp8")]
    public async Task Forms_that_an_engine_does_not_have_are_refused(string type, string problem, params string[] options)
    {
        var (code, _, error) = await Llmeff.RunAsync(["generate", "Once", "-m", "llmeff-tiny-0.3m", "--dtype", type, .. options]);
        Assert.Equal(1, code);
        Assert.Contains(problem, error, StringComparison.Ordinal);
    }
}
