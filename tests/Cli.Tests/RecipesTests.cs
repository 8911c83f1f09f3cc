using System.CommandLine;
using System.Text;
using System.Text.Json;
using LlmEfficiency.Cli.Commands;
using LlmEfficiency.Cli.Recipes;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Cli.Tests;

public sealed class RecipesTests
{
    private const string Small = "{ // comment\n \"kind\": \"train\",\n \"description\": \"größer\",\n}\n";

    private static readonly RecipeBook Book = new([new Recipe("small", Encoding.UTF8.GetBytes(Small)), new Recipe("big", "{}"u8.ToArray())]);

    [Fact]
    public void The_list_says_what_each_is_for() => Assert.Equal(
        ["big    : ", "small  train: größer"], Run("ls").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r')));

    [Fact]
    public void A_script_gets_the_list_as_JSON() => Assert.Equal(
        """[{"name":"big","kind":"","description":""},{"name":"small","kind":"train","description":"größer"}]""", Run("ls", "--json").Trim());

    [Theory]
    [InlineData("small")]
    [InlineData("small.json")]
    public void A_recipe_is_printed_as_it_is(string name) => Assert.Equal(Small, Run("cat", name));

    [Fact]
    public void A_copy_goes_into_a_new_folder_and_replaces_nothing_unless_told()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Join(folder.File("new"), "small.json");
        Assert.Equal(path, Run("cp", "small", folder.File("new")).Trim());
        Assert.Equal(Small, File.ReadAllText(path));
        File.WriteAllText(path, "mine");
        var refusal = Assert.Throws<LlmEfficiencyException>(() => Run("cp", "small", folder.File("new")));
        Assert.Equal((ErrorKind.Input, $"{path}: is there already: --force replaces it"), (refusal.Kind, refusal.Message));
        Assert.Equal("mine", File.ReadAllText(path));
        Run("cp", "small", folder.File("new"), "--force");
        Assert.Equal(Small, File.ReadAllText(path));
    }

    [Theory]
    [InlineData("smal", "'smal' is no recipe: did you mean 'small'?")]
    [InlineData("other", "'other' is no recipe: there are big, small")]
    public void An_unknown_name_is_told_with_those_that_are(string name, string problem) =>
        Assert.Equal(problem, Assert.Throws<LlmEfficiencyException>(() => Run("cat", name)).Message);

    [Fact]
    public async Task The_command_carries_every_file_of_the_folder()
    {
        var run = await Llmeff.RunAsync("recipes", "ls", "--json");
        var names = JsonSerializer.Deserialize<JsonElement>(run.Output).EnumerateArray().Select(recipe => recipe.GetProperty("name").GetString());
        var folder = Path.Join(Repository.Root, "recipes");
        var files = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.json") : [];
        Assert.Equal(files.Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal), names);
        Assert.All(RecipeBook.Embedded.All, recipe => Assert.NotEmpty(recipe.Description));
    }

    private static string Run(params string[] args)
    {
        using var output = new StringWriter();
        RecipesCommand.Create(Book).Parse(args).Invoke(new InvocationConfiguration { Output = output, EnableDefaultExceptionHandler = false });
        return output.ToString();
    }
}
