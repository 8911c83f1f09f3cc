using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Recipes;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Lists, shows and copies the settings files that come with the command.</summary>
internal static class RecipesCommand
{
    private static readonly JsonWriterOptions Layout = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Builds the command.</summary>
    /// <param name="book">The files.</param>
    public static Command Create(RecipeBook book) =>
        new("recipes", "List, show and copy the settings files that come with llmeff.") { Ls(book), Cat(book), Cp(book) };

    private static DocumentedCommand Ls(RecipeBook book)
    {
        var json = JsonOption.Create();
        var command = new DocumentedCommand("ls", "List the recipes.") { Examples = ["llmeff recipes ls", "llmeff recipes ls --json"] };
        command.Add(json);
        command.SetAction(parsed =>
        {
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
            {
                output.WriteLine(ToJson(book));
                return;
            }

            var width = book.All.Select(recipe => recipe.Name.Length).DefaultIfEmpty().Max();
            foreach (var recipe in book.All)
            {
                output.WriteLine($"{recipe.Name.PadRight(width)}  {recipe.Kind}: {recipe.Description}");
            }
        });
        return command;
    }

    private static DocumentedCommand Cat(RecipeBook book)
    {
        var name = NameArgument(book);
        var command = new DocumentedCommand("cat", "Print a recipe.") { Examples = ["llmeff recipes cat train-tiny"] };
        command.Add(name);
        command.SetAction(parsed =>
            parsed.InvocationConfiguration.Output.Write(Encoding.UTF8.GetString(book.Find(parsed.GetRequiredValue(name)).Text)));
        return command;
    }

    private static DocumentedCommand Cp(RecipeBook book)
    {
        var name = NameArgument(book);
        var folder = new Argument<string>("dir") { Description = "Where to", DefaultValueFactory = _ => ".", HelpName = "DIR" };
        var force = new Option<bool>("--force") { Description = "Replace a file that is there" };
        var command = new DocumentedCommand("cp", "Copy a recipe into a folder, to be changed there.")
        {
            Examples = ["llmeff recipes cp train-tiny", "llmeff recipes cp train-tiny ./runs --force"],
        };
        command.Add(name);
        command.Add(folder);
        command.Add(force);
        command.SetAction(parsed =>
        {
            var recipe = book.Find(parsed.GetRequiredValue(name));
            var path = Path.Combine(parsed.GetRequiredValue(folder), $"{recipe.Name}.json");
            Copy(recipe, path, parsed.GetValue(force));
            parsed.InvocationConfiguration.Output.WriteLine(path);
        });
        return command;
    }

    private static void Copy(Recipe recipe, string path, bool force)
    {
        if (!force && Path.Exists(path))
        {
            throw new LlmEfficiencyException(ErrorKind.Input, $"{path}: is there already: --force replaces it");
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LlmEfficiencyException(ErrorKind.Disk, $"{path}: its folder cannot be made: {problem.Message}", problem);
        }

        AtomicFile.Write(path, file => file.Write(recipe.Text));
    }

    private static string ToJson(RecipeBook book)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Layout))
        {
            writer.WriteStartArray();
            foreach (var recipe in book.All)
            {
                writer.WriteStartObject();
                writer.WriteString("name", recipe.Name);
                writer.WriteString("kind", recipe.Kind);
                writer.WriteString("description", recipe.Description);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static Argument<string> NameArgument(RecipeBook book)
    {
        var name = new Argument<string>("name") { Description = "A name that 'recipes ls' shows", HelpName = "NAME" };
        name.CompletionSources.Add(_ => book.All.Select(recipe => new System.CommandLine.Completions.CompletionItem(recipe.Name)));
        return name;
    }
}
