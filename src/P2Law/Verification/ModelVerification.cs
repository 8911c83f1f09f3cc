using System.Text.Json;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.P2Law.Pruning;

namespace LlmEfficiency.P2Law.Verification;

/// <summary>A whole reading of a model, and of what its <c>pruning.json</c> claims.</summary>
/// <param name="Tensors">How many tensors were read.</param>
/// <param name="Bytes">How many stored bytes were read.</param>
/// <param name="Problems">What is wrong, one line each; none for a sound model.</param>
/// <param name="Proved">What was found to hold of a pruned model, one line each.</param>
/// <param name="Perplexity">How well it predicts texts; null where none were named.</param>
public sealed record ModelVerification(
    int Tensors, long Bytes, IReadOnlyList<string> Problems, IReadOnlyList<string> Proved, PerplexityChange? Perplexity)
{
    /// <summary>Reads a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="original">The model it was made of; null where its own claims are enough.</param>
    /// <param name="host">Where passes run.</param>
    /// <param name="progress">Told of each tensor.</param>
    /// <exception cref="Core.Errors.LlmEfficiencyException">A model or its <c>pruning.json</c> cannot be read.</exception>
    public static ModelVerification Run(string model, string? original, PruningHost host, IProgress<LoadProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        using var stored = StoredModel.Open(ModelLocation.Find(model));
        var check = ModelCheck.Run(stored, progress);
        var report = stored.Location.Form == ModelForm.Folder ? PruningReport.Read(stored.Location.Path) : null;
        if (report is null || check.Problems.Count > 0)
        {
            return new ModelVerification(check.Tensors, check.Bytes, [.. check.Problems, .. WithoutReport(model, original, report)], [], null);
        }

        using var source = original is null ? null : StoredModel.Open(ModelLocation.Find(original));
        var claims = new PruningClaims(report, stored);
        claims.CheckAll(source, host);
        return new ModelVerification(check.Tensors, check.Bytes, claims.Problems, claims.Proved, null);
    }

    /// <summary>Returns the verification as one JSON object with names in snake_case.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, VerificationJson.Default.ModelVerification);

    private static IEnumerable<string> WithoutReport(string model, string? original, PruningReport? report)
    {
        if (original is not null && report is null)
        {
            yield return $"{model}: has no {PruningReport.FileName}, so nothing says what was made of {original}";
        }
    }
}
