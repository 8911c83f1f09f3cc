using System.Text;
using System.Text.Json;
using CsCheck;
using LlmEfficiency.Core.Settings;
using Xunit;

namespace LlmEfficiency.Core.Tests.Settings;

public sealed class SettingsTextTests
{
    private static readonly Gen<double> Number = Gen.Double.Where(double.IsFinite);

    private static readonly Gen<DemoTraining> Training = Gen.Select(
        Gen.Int, Number, Gen.ULong, Gen.Bool, Gen.Int.Nullable(), Gen.Enum<DemoSchedule>(), Number.List[0, 4],
        (steps, rate, seed, quiet, every, schedule, betas) => new DemoTraining
        {
            Steps = steps,
            LearningRate = rate,
            Clip = (float)(1 / (1 + Math.Abs(rate))),
            Seed = seed,
            IsQuiet = quiet,
            Every = every,
            Schedule = schedule,
            Betas = betas,
            Patience = TimeSpan.FromTicks(steps),
        });

    private static readonly Gen<DemoSource> Source =
        Gen.Select(Gen.String, Number, (path, weight) => new DemoSource { Path = path, Weight = weight });

    private static readonly Gen<DemoData> Data = Gen.Select(
        Source.List[0, 3], Gen.Dictionary(Gen.String, Number)[0, 3], Gen.String.List[0, 3],
        (sources, limits, tags) => new DemoData { Sources = sources, Limits = limits, Tags = tags });

    private static readonly Gen<DemoSettings> Settings = Gen.Select(
        Gen.String, Gen.String.Null(), Training, Training.Null(), Data, Gen.Select(Gen.String, Gen.Int, (first, second) => new DemoPair(first, second)).Null(),
        (model, description, training, warmup, data, pair) => new DemoSettings
        {
            Model = model,
            Description = description,
            Training = training,
            Warmup = warmup,
            Data = data,
            Pair = pair,
        });

    [Fact]
    public void What_is_written_is_read_as_the_same() => Settings.Sample(
        settings =>
        {
            var text = SettingsText.Write(settings, DemoJson.Default.DemoSettings);
            var again = Parse(text);
            return text == SettingsText.Write(again, DemoJson.Default.DemoSettings)
                && again with { Data = settings.Data, Training = settings.Training, Warmup = settings.Warmup } == settings
                && again.Training with { Betas = settings.Training.Betas } == settings.Training
                && again.Training.Betas.SequenceEqual(settings.Training.Betas)
                && again.Data.Sources.SequenceEqual(settings.Data.Sources)
                && again.Data.Limits.SequenceEqual(settings.Data.Limits)
                && again.Data.Tags.SequenceEqual(settings.Data.Tags);
        },
        iter: 300);

    [Fact]
    public void Every_default_is_shown_and_nothing_that_is_computed()
    {
        var text = SettingsText.Write(new DemoSettings { Model = "größer" }, DemoJson.Default.DemoSettings);
        Assert.StartsWith("{\n  \"kind\": \"demo\",\n  \"description\": null,\n  \"model\": \"größer\",", text, StringComparison.Ordinal);
        Assert.Contains("\"schedule\": \"warm_cosine\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("computed", text, StringComparison.Ordinal);
        var element = SettingsText.ToElement(new DemoSettings { Model = "größer" }, DemoJson.Default.DemoSettings);
        Assert.True(JsonElement.DeepEquals(JsonSerializer.Deserialize<JsonElement>(text), element));
    }

    private static DemoSettings Parse(string text) =>
        SettingsFile.Parse("demo.json", Encoding.UTF8.GetBytes(text), [], DemoJson.Default.DemoSettings);
}
