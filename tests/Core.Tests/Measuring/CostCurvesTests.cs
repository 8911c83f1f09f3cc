using LlmEfficiency.Core.Measuring;
using LlmEfficiency.Core.Simd;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Measuring;

public sealed class CostCurvesTests
{
    [Fact]
    public void A_curve_is_found_again_by_the_same_model_and_engine_alone()
    {
        using var folder = new TemporaryFolder();
        using var model = TinyModels.Build(TinyModels.Llama);
        using var engine = SimdDecodeEngine.Of(model, new SimdEngineSettings { Threads = 1 });
        using var again = SimdDecodeEngine.Of(model, new SimdEngineSettings { Threads = 1 });
        using var other = SimdDecodeEngine.Of(model, new SimdEngineSettings { Threads = 1, Weights = WeightFormat.Bf16 });
        using var qwen = TinyModels.Build(TinyModels.Qwen);
        using var larger = SimdDecodeEngine.Of(qwen, new SimdEngineSettings { Threads = 1 });
        var curves = new CostCurves(folder.File("curves"));
        Assert.Empty(curves.Find(engine));
        var measured = DecodeBenchmark.Run(engine, new DecodeBenchmarkSettings { Context = 8, Rows = [1, 4], SecondsEach = 0 }, () => 1e9, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal([1, 4], measured.VerifyCost.Select(cost => cost.Rows));
        Assert.Equal(engine.WeightBytes + (8 * engine.CacheBytesPerToken), measured.BytesPerToken);
        curves.Keep(engine, measured);
        Assert.Equal(measured.VerifyCost, curves.Find(again));
        Assert.Empty(curves.Find(other));
        Assert.Empty(curves.Find(larger));

        File.WriteAllText(Assert.Single(Directory.GetFiles(folder.File("curves"))), "{");
        Assert.Empty(curves.Find(engine));
    }
}
