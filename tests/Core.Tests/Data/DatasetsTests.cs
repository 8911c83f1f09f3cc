using System.Text.Json;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Data;

public sealed class DatasetsTests
{
    private static readonly SourceSettings Task = new() { Kind = "task", Task = "count", Count = 500 };

    [Fact]
    public void The_same_documents_are_held_out_whatever_file_they_are_in()
    {
        using var folder = new TemporaryFolder();
        var texts = Enumerable.Range(0, 400).Select(i => $"document {i}").ToArray();
        File.WriteAllLines(folder.File("all.jsonl"), texts.Select(text => JsonSerializer.Serialize(new { text })));
        File.WriteAllText(folder.File("b.txt"), string.Join("<cut>\n", texts.Reverse().Take(150)));
        File.WriteAllText(folder.File("a.txt"), string.Join("\n<cut>", texts.Reverse().Skip(150)));
        var lines = Open(0.2, new SourceSettings { Paths = [folder.File("all.jsonl")] });
        var parts = Open(0.2, new SourceSettings { Kind = "text", Separator = "<cut>", Paths = [folder.File("*.txt")] });
        Assert.Equal(Texts(lines.Validation!), Texts(parts.Validation!));
        Assert.Equal(Texts(lines.Training.Single().Source), Texts(parts.Training.Single().Source));
        Assert.Equal(texts.Order(StringComparer.Ordinal), Texts(lines.Validation!).Concat(Texts(lines.Training.Single().Source)).Order(StringComparer.Ordinal));
        Assert.InRange(lines.Validation!.Count, 50, 110);
        Assert.All(Texts(lines.Validation!), text => Assert.True(HashSplit.IsHeldOut(text, 0.2)));
    }

    [Fact]
    public void Tasks_are_split_like_files()
    {
        var opened = Open(0.1, Task);
        var (training, validation) = (opened.Training.Single().Source, opened.Validation!);
        Assert.Equal(500, training.Count + validation.Count);
        Assert.Equal(Enumerable.Range(0, 500).Where(i => HashSplit.IsHeldOut($"{i}", 0.1)).Select(i => $"{i}").Order(StringComparer.Ordinal), Texts(validation));
        Assert.Empty(Texts(training).Intersect(Texts(validation)));
        Assert.Equal(500, Open(0, Task).Training.Single().Source.Count);
        Assert.Null(Open(0, Task).Validation);
    }

    [Fact]
    public void Sources_keep_their_weights_limits_and_order()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder.File("a"), ["one", "two", "three"]);
        var source = new SourceSettings { Kind = "text", Separator = "\n", Paths = [folder.File("a")], Weight = 3, Limit = 2 };
        var opened = Datasets.Open(new DataSettings { Sources = [source, Task], Validation = [source with { Limit = null }] }, Stores.Bytes, null, Count);
        Assert.Equal([3, 1], opened.Training.Select(part => part.Weight));
        Assert.Equal(2, opened.Training[0].Source.Count);
        Assert.Equal(["one", "three", "two"], Texts(opened.Validation!));
        Assert.NotNull(new SampleStream(opened.Training, 1).Read(0));
    }

    [Fact]
    public void What_is_lost_is_told()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("a"), """{"prompt":"a","completion":"much too long for this"}""" + "\n" + """{"text":""}""" + "\n");
        var opened = Datasets.Open(
            new DataSettings { Sources = [new() { Paths = [folder.File("a")] }], SequenceLength = 8, ValidationFraction = 1e-9 }, Stores.Bytes, null, Count);
        Assert.Equal(
            [
                $"{folder.File("a")}: 1 documents lost what is behind 8 tokens",
                $"{folder.File("a")}: 1 documents have nothing to learn and were left out",
                "no document is held out for validation: there are too few documents; set a separator for long texts",
            ],
            opened.Remarks);
        Assert.Null(opened.Validation);
    }

    [Fact]
    public void A_source_with_nothing_to_train_on_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("empty"), "\n");
        var error = Assert.Throws<LlmEfficiencyException>(() => Open(0, new SourceSettings { Paths = [folder.File("empty")] }));
        Assert.StartsWith($"{folder.File("empty")}: there is no document to train on", error.Message);
    }

    public static TheoryData<string, DataSettings> BadSettings { get; } = new()
    {
        { "data.sources is empty", new() },
        { "data.sequence_length is 1", new() { Sources = [Task], SequenceLength = 1 } },
        { "data.validation_fraction is 1", new() { Sources = [Task], ValidationFraction = 1 } },
        { "data.sources[1].kind is csv", new() { Sources = [Task, Task with { Kind = "csv" }] } },
        { "data.sources[0].weight is NaN", new() { Sources = [Task with { Weight = double.NaN }] } },
        { "data.sources[0].limit is 0", new() { Sources = [Task with { Limit = 0 }] } },
        { "data.sources[0].task is missing", new() { Sources = [Task with { Task = null }] } },
        { "data.sources[0].count is 0", new() { Sources = [Task with { Count = 0 }] } },
        { "data.sources[0].paths is missing", new() { Sources = [Task with { Kind = "text" }] } },
        { "data.sources[0].separator is ", new() { Sources = [Task with { Separator = "" }] } },
        { "data.validation[0].text, prompt and messages is set together", new() { Sources = [Task], Validation = [new() { Paths = ["a"], Text = "a", Prompt = "b" }] } },
    };

    [Theory]
    [MemberData(nameof(BadSettings), DisableDiscoveryEnumeration = true)]
    public void A_setting_that_cannot_work_is_named(string problem, DataSettings settings)
    {
        var error = Assert.Throws<LlmEfficiencyException>(settings.Validate);
        Assert.Equal(ErrorKind.Configuration, error.Kind);
        Assert.StartsWith(problem, error.Message);
    }

    private static OpenedData Open(double fraction, SourceSettings source) =>
        Datasets.Open(new DataSettings { Sources = [source], ValidationFraction = fraction }, Stores.Bytes, null, Count);

    private static DocumentSeries Count(SourceSettings settings, bool isHeldOut) =>
        new(settings.Count, settings.Task!, index => RawDocument.OfText($"{index}"));

    private static IEnumerable<string> Texts(IDocumentSource source) => Stores.All(source)
        .Select(document => new string([.. document.Tokens.ToArray().SkipLast(1).Select(id => (char)id)])).Order(StringComparer.Ordinal);
}
