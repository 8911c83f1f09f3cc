using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Settings;
using Xunit;

namespace LlmEfficiency.Core.Tests.Settings;

public sealed class SettingsOverrideTests
{
    [Fact]
    public void A_value_is_read_as_its_type_wants_it()
    {
        var settings = Read(
            "model=1000", "description=null", "kind=null", "training.steps=3", "training.learning_rate=1e-4", "training.is_quiet=true",
            "training.every=null", "training.schedule=constant", "training.patience=00:02:00", "data.limits.a=2");
        Assert.Equal(("1000", null, "null"), (settings.Model, settings.Description, settings.Kind));
        Assert.Equal((3, 1e-4, true, null), (settings.Training.Steps, settings.Training.LearningRate, settings.Training.IsQuiet, settings.Training.Every));
        Assert.Equal((DemoSchedule.Constant, TimeSpan.FromMinutes(2)), (settings.Training.Schedule, settings.Training.Patience));
    }

    [Theory]
    [InlineData("a=b", "a=b")]
    [InlineData("", "")]
    [InlineData("[a]", "[a]")]
    [InlineData("{", "{")]
    [InlineData("\"null\"", "null")]
    [InlineData("\"a\\nb\"", "a\nb")]
    public void A_text_needs_quotes_only_where_they_say_more(string typed, string text) =>
        Assert.Equal(text, Read("model=m", $"description={typed}").Description);

    [Fact]
    public void Lists_and_objects_are_JSON_and_their_parts_have_paths()
    {
        var settings = Read(
            "model=m", "data.sources=[{path:1}]".Replace("{path:1}", """{"path":"a"},{"path":"b","weight":2,},""", StringComparison.Ordinal),
            "data.sources[0].weight=0.5", "data.sources[2].path=c", "training.betas[1]=0.98", "warmup.steps=4", "data.limits={\"x\":1}");
        Assert.Equal([("a", 0.5), ("b", 2), ("c", 1)], settings.Data.Sources.Select(source => (source.Path, source.Weight)));
        Assert.Equal([0.9, 0.98], settings.Training.Betas);
        Assert.Equal(new DemoTraining { Steps = 4 }.LearningRate, settings.Warmup!.LearningRate);
        Assert.Equal(4, settings.Warmup.Steps);
        Assert.Equal(1, settings.Data.Limits["x"]);
    }

    [Fact]
    public void The_later_of_two_holds() => Assert.Equal(2, Read("model=m", "training.steps=1", "training.steps=2").Training.Steps);

    [Fact]
    public void An_object_takes_the_place_of_the_whole_before() =>
        Assert.Equal(500, Read("model=m", "training.steps=1", "training={\"seed\":1}").Training.Steps);

    [Theory]
    [InlineData("training.stesp=1", "training.stesp=1: unknown key 'training.stesp': did you mean 'steps'?")]
    [InlineData("steps=1", "did you mean 'training.steps'?")]
    [InlineData("training.steps=abc", "training.steps=abc: 'training.steps' is \"abc\": it must be a whole number")]
    [InlineData("training.steps=", "'training.steps' is \"\": it must be a whole number")]
    [InlineData("training.steps=null", "'training.steps' is null: it must be a whole number")]
    [InlineData("training.steps.x=1", "'training.steps' has no key 'x': it is a whole number")]
    [InlineData("training.steps[0]=1", "'training.steps' has no [0]: it is a whole number")]
    [InlineData("training.betas[3]=1", "'training.betas' has no [3]: it has 2 items, and [2] would add one")]
    [InlineData("training.is_quiet=yes", "'training.is_quiet' is \"yes\": it must be true or false")]
    [InlineData("training.schedule=cosine", "it must be one of constant, warm_cosine")]
    [InlineData("training=3", "'training' is 3: it must be an object")]
    [InlineData("data.sources[0].weight=2", "'data.sources[0].path' is missing")]
    [InlineData("model=${config}/m", "${config} is the folder of a settings file")]
    [InlineData("base=x", "unknown key 'base'")]
    public void Says_what_is_wrong(string text, string problem)
    {
        var refusal = Assert.Throws<LlmEfficiencyException>(() => Read("model=m", text));
        Assert.Equal(ErrorKind.Configuration, refusal.Kind);
        Assert.Contains(problem, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("training.steps")]
    [InlineData("=1")]
    [InlineData("training..steps=1")]
    [InlineData("data.sources[x]=1")]
    [InlineData("data.sources[0=1")]
    [InlineData("data.sources[-1]=1")]
    [InlineData("[0]=1")]
    public void What_sets_nothing_is_a_wrong_command_line(string text)
    {
        var refusal = Assert.Throws<LlmEfficiencyException>(() => Read("model=m", text));
        Assert.Equal(ErrorKind.Usage, refusal.Kind);
        Assert.StartsWith($"'{text}' sets nothing", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_JSON_is_told_as_such()
    {
        var refusal = Assert.Throws<LlmEfficiencyException>(() => Read("model=m", "data.tags=[a]"));
        Assert.StartsWith("data.tags=[a]: not valid JSON", refusal.Message, StringComparison.Ordinal);
    }

    private static DemoSettings Read(params string[] overrides) => SettingsFile.Read(null, overrides, DemoJson.Default.DemoSettings);
}
