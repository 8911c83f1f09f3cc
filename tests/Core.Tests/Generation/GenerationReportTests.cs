using System.Text.Json;
using LlmEfficiency.Core.Generation;
using Xunit;

namespace LlmEfficiency.Core.Tests.Generation;

public sealed class GenerationReportTests
{
    [Fact]
    public void Times_go_to_the_pass_they_belong_to()
    {
        var report = Measured();
        Assert.Equal((3, 1), (report.ForwardPasses, report.PrefillPasses));
        Assert.Equal(2.5, report.TimeToFirstToken, 1e-9);
        Assert.Equal(2.5, report.PrefillTime, 1e-9);
        Assert.Equal(1, report.DecodeTime, 1e-9);
        Assert.Equal((5L, 4L), (report.GeneratedTokens, report.DecodedTokens));
        Assert.Equal(2, report.MeanTokensPerPass);
        Assert.Equal(4, report.PrefillTokensPerSecond, 1e-9);
        Assert.Equal(4, report.DecodeTokensPerSecond, 1e-9);
        Assert.True(report.PeakResidentBytes > 0);
    }

    [Fact]
    public void Json_has_every_number_in_snake_case()
    {
        using var json = JsonDocument.Parse(Measured().ToJson());
        Assert.Equal("toy", json.RootElement.GetProperty("engine").GetString());
        Assert.Equal(2.5, json.RootElement.GetProperty("time_to_first_token").GetDouble(), 1e-9);
        Assert.Equal(4, json.RootElement.GetProperty("decode_tokens_per_second").GetDouble(), 1e-9);
        Assert.Equal(1_000_000, json.RootElement.GetProperty("device_bytes").GetInt64());
    }

    [Fact]
    public void Text_is_a_block_of_six_lines() =>
        Assert.Equal(
            [
                "engine   toy",
                "prompt   12 tokens (2 reused), 2.500 s, 4.0 tokens/s",
                "answer   5 tokens, 1.000 s, 4.0 tokens/s after the first",
                "first    2.500 s to the first token",
                "passes   3 (1 prefill), 2.00 tokens a decode pass",
            ],
            Measured().ToString().Split(Environment.NewLine).Take(5));

    [Fact]
    public void Nothing_generated_gives_zeros_and_no_infinity()
    {
        var report = new GenerationMeter(new ManualTime()).Report("toy", 1, 3);
        Assert.Equal((0.0, 0.0, 0.0), (report.PrefillTokensPerSecond, report.DecodeTokensPerSecond, report.MeanTokensPerPass));
        Assert.Contains("\"device_bytes\":null", report.ToJson(), StringComparison.Ordinal);
    }

    private static GenerationReport Measured()
    {
        var time = new ManualTime();
        var meter = new GenerationMeter(time);
        time.Advance(2);
        meter.PrefillPass();
        time.Advance(0.5);
        meter.Tokens(1);
        time.Advance(0.25);
        meter.DecodePass(rows: 1);
        meter.Tokens(3);
        time.Advance(0.75);
        meter.DecodePass(rows: 1);
        meter.Tokens(1);
        return meter.Report("toy", 1, 12, reusedTokens: 2, deviceBytes: 1_000_000);
    }

    private sealed class ManualTime : TimeProvider
    {
        private long _now = 1000;

        public override long TimestampFrequency => 1_000_000;

        public override long GetTimestamp() => _now;

        public void Advance(double seconds) => _now += (long)(seconds * TimestampFrequency);
    }
}
