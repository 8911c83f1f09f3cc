using System.Reflection;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Settings;

namespace LlmEfficiency.Cli.Recipes;

/// <summary>The settings files that come with the command.</summary>
/// <param name="recipes">All of them.</param>
internal sealed class RecipeBook(IEnumerable<Recipe> recipes)
{
    private const string Folder = "recipes/";
    private const string Ending = ".json";

    /// <summary>Gets the folder <c>recipes</c> of the repository, as it was when the command was built.</summary>
    public static RecipeBook Embedded { get; } = new(Read(typeof(RecipeBook).Assembly));

    /// <summary>Gets all recipes by name.</summary>
    public IReadOnlyList<Recipe> All { get; } = [.. recipes.OrderBy(recipe => recipe.Name, StringComparer.Ordinal)];

    /// <summary>Returns a recipe.</summary>
    /// <exception cref="LlmEfficiencyException">There is none of this name.</exception>
    public Recipe Find(string name)
    {
        var names = All.Select(recipe => recipe.Name).ToArray();
        var near = Spelling.Nearest(name, names) is { } word ? $"did you mean '{word}'?" : $"there are {string.Join(", ", names)}";
        return All.FirstOrDefault(recipe => recipe.Name == name || recipe.Name + Ending == name)
            ?? throw new LlmEfficiencyException(ErrorKind.Input, $"'{name}' is no recipe: {near}");
    }

    private static IEnumerable<Recipe> Read(Assembly assembly)
    {
        foreach (var path in assembly.GetManifestResourceNames().Where(path => path.StartsWith(Folder, StringComparison.Ordinal)))
        {
            using var resource = assembly.GetManifestResourceStream(path)!;
            var text = new byte[resource.Length];
            resource.ReadExactly(text);
            yield return new Recipe(path[Folder.Length..^Ending.Length], text);
        }
    }
}
