namespace LlmEfficiency.Core.Loading;

/// <summary>The small trained model that lies beside the program, so that everything can be tried without a download.</summary>
public static class EmbeddedModel
{
    /// <summary>Its name wherever a model can be named.</summary>
    public const string Name = "llmeff-tiny";

    /// <summary>Gets its folder; null where the program was built without it.</summary>
    public static string? Folder
    {
        get
        {
            var folder = Path.Join(AppContext.BaseDirectory, "models", Name);
            return Directory.Exists(folder) ? folder : null;
        }
    }

    /// <summary>Returns the embedded model's folder for its name, and any other name as it is.</summary>
    /// <param name="name">What the user wrote; a folder of that name goes first.</param>
    public static string Resolve(string name) => name == Name && !Directory.Exists(name) ? Folder ?? name : name;
}
