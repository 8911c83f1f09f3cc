namespace LlmEfficiency.Core.Loading;

/// <summary>The small trained models that lie beside the program, so that everything can be tried without a download.</summary>
public static class EmbeddedModel
{
    /// <summary>The name of the one that answers where none is named.</summary>
    public const string Name = "llmeff-tiny";

    private const string HeadSuffix = "-eagle";

    private static readonly string Parent = Path.Join(AppContext.BaseDirectory, "models");

    /// <summary>Gets the names that there are, the default first; none where the program was built without them.</summary>
    public static IReadOnlyList<string> Names { get; } = Directory.Exists(Parent)
        ? [.. Directory.EnumerateDirectories(Parent).Select(path => Path.GetFileName(path)!).OrderBy(name => name != Name).ThenBy(name => name, StringComparer.Ordinal)]
        : [];

    /// <summary>Returns whether a folder's name is that of a draft head, which is no model by itself.</summary>
    public static bool IsHead(string name) => name.EndsWith(HeadSuffix, StringComparison.Ordinal);

    /// <summary>Returns the folder of an embedded model's draft head; null where there is none.</summary>
    /// <param name="name">What the user called the model.</param>
    public static string? HeadFolder(string name) =>
        Names.Contains(name) && Names.Contains(HeadOf(name)) && !Directory.Exists(name) ? Path.Join(Parent, HeadOf(name)) : null;

    /// <summary>Returns what the draft head of a model would be called.</summary>
    /// <param name="model">The name or folder of the model.</param>
    public static string HeadOf(string model) => model + HeadSuffix;

    /// <summary>Gets the folder of the default; null where the program was built without it.</summary>
    public static string? Folder => Names.Contains(Name) ? Path.Join(Parent, Name) : null;

    /// <summary>Returns an embedded model's folder for its name, and any other name as it is.</summary>
    /// <param name="name">What the user wrote; a folder of that name goes first.</param>
    public static string Resolve(string name) =>
        Names.Contains(name) && !Directory.Exists(name) ? Path.Join(Parent, name) : name;
}
