using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Weights;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Checkpoints;

/// <summary>Fills a model's tensors from a source, one at a time: no second copy of the model is ever held.</summary>
public static class WeightLoader
{
    private const int NamesShown = 5;

    /// <summary>
    /// Checks a source against a model's sizes by names and shapes alone, before memory is taken for the model.
    /// </summary>
    /// <exception cref="LlmEfficiencyException">
    /// Tensors are missing, unexpected or of other shapes; the message lists them.
    /// </exception>
    public static void Check(IWeightSource source, TransformerConfig config)
    {
        // A file holds at least nine tensors a layer, so a false layer count is found without listing its names.
        var layers = source.Entries.Keys.Count(
            name => name.EndsWith(".input_layernorm.weight", StringComparison.Ordinal));
        if (layers != config.LayerCount)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input,
                $"the weights have {layers} layers, the configuration has {config.LayerCount}: "
                + "they belong to different models");
        }

        Compare(source, TransformerShapes.Of(config), config);
    }

    /// <summary>Copies a source into a model, converting device and element type tensor by tensor.</summary>
    /// <param name="source">The stored tensors, best seen through <see cref="CanonicalWeights"/>.</param>
    /// <param name="targets">The model's tensors by Hugging Face name; they are written in place.</param>
    /// <param name="config">Says which names may be absent because they are tied.</param>
    /// <param name="progress">Told after each tensor.</param>
    /// <exception cref="LlmEfficiencyException">
    /// Tensors are missing, unexpected or of other shapes; the message lists them, and no target was written.
    /// </exception>
    public static void Load(
        IWeightSource source,
        IReadOnlyDictionary<string, Tensor> targets,
        TransformerConfig config,
        IProgress<LoadProgress>? progress = null)
    {
        Compare(source, targets.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<long>)pair.Value.shape), config);
        using var noGradient = no_grad();
        var total = targets.Keys.Sum(name => source.Entries[name].StoredBytes);
        var done = 0L;
        foreach (var (name, target) in targets)
        {
            using var scope = NewDisposeScope();
            target.copy_(source.Read(name));
            done += source.Entries[name].StoredBytes;
            progress?.Report(new LoadProgress(name, done, total));
        }
    }

    /// <summary>Refuses a source that does not hold tensors of some shapes, and no others.</summary>
    internal static void Compare(
        IWeightSource source, IReadOnlyDictionary<string, IReadOnlyList<long>> shapes, TransformerConfig config, string? path = null)
    {
        var missing = shapes.Keys.Where(name => !source.Entries.ContainsKey(name));
        var unexpected = source.Entries.Keys.Where(
            name => !shapes.ContainsKey(name) && !IsTiedTwin(name, shapes, config));
        var misshapen =
            from pair in shapes
            where source.Entries.TryGetValue(pair.Key, out var entry) && !entry.Shape.SequenceEqual(pair.Value)
            select $"{pair.Key} [{string.Join(", ", source.Entries[pair.Key].Shape)}] "
                + $"instead of [{string.Join(", ", pair.Value)}]";
        string[] problems =
        [
            .. List("missing", missing),
            .. List("unexpected", unexpected),
            .. List("of another shape", misshapen),
        ];
        if (problems.Length > 0)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input, $"{(path is null ? "" : $"{path}: ")}the weights do not fit the model: {string.Join("; ", problems)}");
        }
    }

    private static bool IsTiedTwin(
        string name, IReadOnlyDictionary<string, IReadOnlyList<long>> shapes, TransformerConfig config) =>
        config.TiesEmbeddings
        && ((name == TransformerShapes.Head && shapes.ContainsKey(TransformerShapes.Embedding))
            || (name == TransformerShapes.Embedding && shapes.ContainsKey(TransformerShapes.Head)));

    private static IEnumerable<string> List(string fault, IEnumerable<string> names)
    {
        var all = names.ToList();
        if (all.Count > 0)
        {
            var rest = all.Count > NamesShown ? $" and {all.Count - NamesShown} more" : string.Empty;
            yield return $"{all.Count} {fault}: {string.Join(", ", all.Take(NamesShown))}{rest}";
        }
    }
}
