using System.Text;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Settings;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Settings;

public sealed class SettingsFileTests
{
    [Fact]
    public void What_a_text_leaves_out_keeps_the_default_of_its_property()
    {
        var settings = Parse("""{"model":"m"}""");
        Assert.Equal(new DemoSettings { Model = "m" }.Training.Steps, settings.Training.Steps);
        Assert.Equal(DemoSchedule.WarmCosine, settings.Training.Schedule);
        Assert.Equal([0.9, 0.95], settings.Training.Betas);
        Assert.Equal(10, settings.Training.Every);
        Assert.Null(settings.Warmup);
        Assert.Equal("demo", settings.Kind);
    }

    [Fact]
    public void A_part_keeps_the_default_that_its_whole_gives_it()
    {
        Assert.Equal(500, Parse("""{"model":"m","training":{"seed":18446744073709551615}}""").Training.Steps);
        Assert.Equal(100, Parse("""{"model":"m","warmup":{"is_quiet":true}}""").Warmup!.Steps);
        Assert.Equal(7, Parse("""{"model":"m","pair":{"first":"x"}}""").Pair!.Second);
    }

    [Fact]
    public void Comments_trailing_commas_and_a_byte_order_mark_are_allowed()
    {
        var settings = Parse("\uFEFF{ // why\n \"model\": \"größer\", /* b */ \"training\": {\"steps\": 3,},\n}");
        Assert.Equal(("größer", 3), (settings.Model, settings.Training.Steps));
    }

    [Theory]
    [InlineData("""{"model":"m",\n"training":{"learning_rte":1}}""", "demo.json:2:13: unknown key 'training.learning_rte': did you mean 'learning_rate'?")]
    [InlineData("""{"model":"m","training":{"LearningRate":1}}""", "did you mean 'learning_rate'?")]
    [InlineData("""{"model":"m","steps":1}""", "unknown key 'steps': did you mean 'training.steps'?")]
    [InlineData("""{"model":"m","data":{"zzzzz":1}}""", "unknown key 'data.zzzzz': the keys here are sources, limits, tags")]
    [InlineData("""{"model":"m","computed":1}""", "unknown key 'computed'")]
    [InlineData("""{"model":"m","größe":1,"x":1}""", "demo.json:1:14: unknown key 'größe'")]
    [InlineData("""{"model":"größe","x":1}""", "demo.json:1:18: unknown key 'x'")]
    [InlineData("""{"model":"m","data":{"sources":[{"path":"p"},{"paht":"p"}]}}""", "'data.sources[1].paht': did you mean 'path'?")]
    [InlineData("""{"model":5}""", "demo.json:1:10: 'model' is 5: it must be a text")]
    [InlineData("""{"model":null}""", "'model' is null: it must be a text")]
    [InlineData("""{}""", "demo.json:1:1: 'model' is missing: it must be a text")]
    [InlineData("""{"model":"m","data":{"sources":[{"weight":1}]}}""", "'data.sources[0].path' is missing")]
    [InlineData("""{"model":"m","pair":{}}""", "'pair.first' is missing")]
    [InlineData("""{"model":"m","training":{"steps":"3"}}""", "'training.steps' is \"3\": it must be a whole number from -2147483648 to 2147483647")]
    [InlineData("""{"model":"m","training":{"steps":1.5}}""", "'training.steps' is 1.5")]
    [InlineData("""{"model":"m","training":{"steps":2147483648}}""", "'training.steps' is 2147483648")]
    [InlineData("""{"model":"m","training":{"steps":null}}""", "'training.steps' is null")]
    [InlineData("""{"model":"m","training":{"every":"x"}}""", "'training.every' is \"x\": it must be a whole number")]
    [InlineData("""{"model":"m","training":{"is_quiet":1}}""", "'training.is_quiet' is 1: it must be true or false")]
    [InlineData("""{"model":"m","training":{"learning_rate":1e999}}""", "'training.learning_rate' is 1e999: it must be a finite number, not too large")]
    [InlineData("""{"model":"m","training":{"clip":1e39}}""", "'training.clip' is 1e39: it must be a finite number, not too large")]
    [InlineData("""{"model":"m","training":{"learning_rate":"NaN"}}""", "'training.learning_rate' is \"NaN\": it must be a finite number")]
    [InlineData("""{"model":"m","training":{"schedule":"warm_cosin"}}""", "it must be one of constant, warm_cosine (did you mean warm_cosine?)")]
    [InlineData("""{"model":"m","training":{"schedule":1}}""", "'training.schedule' is 1: it must be one of constant, warm_cosine")]
    [InlineData("""{"model":"m","training":{"betas":[0.9,"x"]}}""", "'training.betas[1]' is \"x\": it must be a number")]
    [InlineData("""{"model":"m","training":{"betas":0.9}}""", "'training.betas' is 0.9: it must be a list, each of a number")]
    [InlineData("""{"model":"m","training":{"patience":"long"}}""", "'training.patience' is \"long\": it must be a TimeSpan")]
    [InlineData("""{"model":"m","training":7}""", "'training' is 7: it must be an object with the keys steps, learning_rate")]
    [InlineData("""{"model":"m","data":{"limits":[]}}""", "'data.limits' is []: it must be an object, each value a number")]
    [InlineData("""{"model":"m","data":{"limits":{"a":null}}}""", "'data.limits.a' is null: it must be a number")]
    [InlineData("""{"model":"m","data":{"tags":[null]}}""", "'data.tags[0]' is null: it must be a text")]
    [InlineData("""{"model":"m","model":"m"}""", "demo.json:1:14: the key 'model' is here a second time: remove one of them")]
    [InlineData("""{"model":"${config}"}""", "demo.json:1:10: ${config} is the folder of a settings file, and none is read")]
    [InlineData("[]", "demo.json:1:1: the settings are []: they must be an object")]
    public void Says_what_is_wrong_where_and_what_to_do(string json, string problem)
    {
        var refusal = Assert.Throws<LlmEfficiencyException>(() => Parse(json.Replace("\\n", "\n", StringComparison.Ordinal)));
        Assert.Equal(ErrorKind.Configuration, refusal.Kind);
        Assert.Contains(problem, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Theory]
    [InlineData("", "demo.json:1:1: not valid JSON")]
    [InlineData("{\n  \"model\" \"m\"}", "demo.json:2:11: not valid JSON")]
    [InlineData("{} x", "demo.json:1:4: not valid JSON")]
    [InlineData("{\"model\":\"\\ud800\"}", "demo.json:1:10: this string holds half of a surrogate pair")]
    public void What_is_no_JSON_is_a_fault_of_the_file(string text, string problem)
    {
        var refusal = Assert.Throws<LlmEfficiencyException>(() => Parse(text));
        Assert.Equal(ErrorKind.Input, refusal.Kind);
        Assert.StartsWith(problem, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_builds_on_its_base_and_each_knows_its_own_folder()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("sub"));
        File.WriteAllText(folder.File("base.json"), """{"model":"${config}/m","training":{"steps":1,"seed":2,"betas":[0.1]},"description":"d"}""");
        File.WriteAllText(folder.File("sub/run.json"), """{"base":"../base.json","training":{"steps":9,"betas":[]},"kind":"${config}/k","description":null}""");
        var settings = Read(folder.File("sub/run.json"), "data.tags=[\"${config}\"]");
        Assert.Equal($"{folder.FullPath}/m", settings.Model);
        Assert.Equal($"{folder.File("sub")}/k", settings.Kind);
        Assert.Equal((9, 2UL), (settings.Training.Steps, settings.Training.Seed));
        Assert.Empty(settings.Training.Betas);
        Assert.Null(settings.Description);
        Assert.Equal([folder.File("sub")], settings.Data.Tags);
    }

    [Fact]
    public void An_error_in_a_base_names_that_file()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("base.json"), """{"modle":"m"}""");
        File.WriteAllText(folder.File("run.json"), """{"base":"base.json","model":"m"}""");
        var refusal = Assert.Throws<LlmEfficiencyException>(() => Read(folder.File("run.json")));
        Assert.StartsWith($"{folder.File("base.json")}:1:2: unknown key 'modle'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_that_two_files_make_is_told_where_the_upper_one_makes_it()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("base.json"), "{\n\n\"modle\":\"m\"}");
        File.WriteAllText(folder.File("run.json"), """{"base":"base.json","modle":"m"}""");
        var refusal = Assert.Throws<LlmEfficiencyException>(() => Read(folder.File("run.json")));
        Assert.StartsWith($"{folder.File("run.json")}:1:21: unknown key 'modle'", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"base":"list.json"}""", ErrorKind.Configuration, "list.json:1:1: the settings are []")]
    [InlineData("""{"base":"run.json"}""", ErrorKind.Configuration, "builds on this one")]
    [InlineData("""{"base":"other.json"}""", ErrorKind.Configuration, "builds on this one")]
    [InlineData("""{"base":5}""", ErrorKind.Configuration, "'base' is 5")]
    [InlineData("""{"base":""}""", ErrorKind.Configuration, "'base' is \"\"")]
    [InlineData("""{"base":"none.json"}""", ErrorKind.Input, "none.json: cannot be read")]
    public void A_base_that_cannot_be_is_refused(string json, ErrorKind kind, string problem)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("run.json"), json);
        File.WriteAllText(folder.File("list.json"), "[]");
        File.WriteAllText(folder.File("other.json"), """{"base":"./run.json"}""");
        var refusal = Assert.Throws<LlmEfficiencyException>(() => Read(folder.File("run.json")));
        Assert.Equal(kind, refusal.Kind);
        Assert.Contains(problem, refusal.Message, StringComparison.Ordinal);
    }

    private static DemoSettings Parse(string json) =>
        SettingsFile.Parse("demo.json", Encoding.UTF8.GetBytes(json), [], DemoJson.Default.DemoSettings);

    private static DemoSettings Read(string path, params string[] overrides) =>
        SettingsFile.Read(path, overrides, DemoJson.Default.DemoSettings);
}
