using System.Globalization;
using LlmEfficiency.Core.Gguf;

namespace LlmEfficiency.GgufModels;

/// <summary>Tells how a GGUF file keeps its matrices.</summary>
internal static class StoredTypes
{
    /// <summary>Returns one JSON object: types and bytes a weight of the layers' matrices and of the output matrix.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="Core.Errors.LlmEfficiencyException">The file cannot be read.</exception>
    public static string Describe(string path)
    {
        using var file = GgufFile.Open(path);
        var matrices = file.Entries.Values.Where(entry => entry.Shape.Count == 2).ToList();
        var embedding = file.Entries["model.embed_tokens.weight"];
        var output = file.Entries.GetValueOrDefault("lm_head.weight", embedding);
        var layers = matrices.Where(entry => entry != embedding && entry != output).ToList();
        var types = string.Join('+', layers.Select(entry => entry.Encoding).Distinct().Order(StringComparer.Ordinal));
        var bytes = (double)layers.Sum(entry => entry.StoredBytes) / layers.Sum(entry => entry.Count);
        return string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"layers": "{{types}}", "layer_bytes": {{bytes}}, "output": "{{output.Encoding}}", "output_bytes": {{(double)output.StoredBytes / output.Count}}}""");
    }
}
