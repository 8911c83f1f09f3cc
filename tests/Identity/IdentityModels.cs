using LlmEfficiency.Core.Loading;
using LlmEfficiency.Testing;

namespace LlmEfficiency.Identity;

/// <summary>The small trained models at hand.</summary>
public static class IdentityModels
{
    private static readonly string[] Shared = ["weights/stories260k/stories260Ktok512.gguf", "weights/tinystories-656k"];

    /// <summary>Finds the project's own models, and those beside it that are there.</summary>
    /// <param name="name">What the path must end with; null takes all.</param>
    public static IReadOnlyList<string> Find(string? name) =>
    [
        .. Directory.GetDirectories(Path.Join(Repository.Root, "models")).Order(StringComparer.Ordinal)
            .Where(path => !EmbeddedModel.IsHead(path)).Concat(Shared.Select(SharedData.Find).OfType<string>())
            .Where(path => name is null || path.EndsWith(name, StringComparison.Ordinal)),
    ];
}
