using System.Text.Json;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Training;
using LlmEfficiency.P2Law.Sweeps;
using LlmEfficiency.SparseRL.Training;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Cli.Tests;

/// <summary>Every settings file of the repository is one that its command accepts.</summary>
public sealed class RecipeFilesTests
{
    private static readonly JsonDocumentOptions Relaxed = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>What reads a file, by its "kind"; a command that reads settings has a row here.</summary>
    private static readonly Dictionary<string, Action<string>> Readers = new()
    {
        [RunSettings.TrainKind] = path => Core.Settings.SettingsFile.Read(path, [], TrainingJson.Default.RunSettings).Validate(),
        [SweepSettings.SweepKind] = path => Core.Settings.SettingsFile.Read(path, [], SweepJson.Default.SweepSettings).Validate(),
        [RlSettings.RlKind] = path => Core.Settings.SettingsFile.Read(path, [], RlJson.Default.RlSettings).Resolve(),
    };

    [Fact]
    public void Every_recipe_is_accepted_by_the_command_of_its_kind()
    {
        var recipes = Files("recipes").ToArray();
        Assert.All(recipes, path => Assert.NotNull(Kind(path)));
        Assert.All(recipes.Concat(Files("reproduce").Where(path => Kind(path) is not null)), Check);
    }

    [Theory]
    [InlineData("""{"kind":"probe","name":"x",}""", null)]
    [InlineData("""{"kind":"probe","nmae":"x"}""", "did you mean 'name'?")]
    [InlineData("""{"kind":"unheard_of"}""", "no command reads settings of the kind 'unheard_of'")]
    public void A_file_that_no_command_would_accept_is_found(string text, string? problem)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("x.json"), text);
        var refusal = Record.Exception(() => Check(folder.File("x.json"), new() { ["probe"] = ReadProbe }));
        Assert.Equal(problem is null, refusal is null);
        Assert.Contains(problem ?? "", refusal?.Message ?? "", StringComparison.Ordinal);
    }

    private static void Check(string path) => Check(path, Readers);

    private static void Check(string path, Dictionary<string, Action<string>> readers)
    {
        var read = readers.GetValueOrDefault(Kind(path)!)
            ?? throw new LlmEfficiencyException(ErrorKind.Configuration, $"{path}: no command reads settings of the kind '{Kind(path)}'");
        read(path);
    }

    private static void ReadProbe(string path) =>
        Core.Settings.SettingsFile.Read(path, [], ProbeJson.Default.ProbeSettings);

    // What a script of reproduce/ made lies in its work/ and is no part of the repository.
    private static IEnumerable<string> Files(string folder) => Directory.Exists(Path.Join(Repository.Root, folder))
        ? Directory.EnumerateFiles(Path.Join(Repository.Root, folder), "*.json", SearchOption.AllDirectories)
            .Where(path => !Path.GetRelativePath(Repository.Root, path).Split(Path.DirectorySeparatorChar).Contains("work"))
        : [];

    private static string? Kind(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path), Relaxed);
        return document.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("kind", out var kind)
            ? kind.GetString()
            : null;
    }
}
