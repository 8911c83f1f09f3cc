using System.ComponentModel;
using LlmEfficiency.Core.Settings;
using LlmEfficiency.P2Law.Scoring;

namespace LlmEfficiency.P2Law.Sparsity;

/// <summary>Which weights become zero.</summary>
public sealed record SparseSettings
{
    /// <summary>Gets the name of what tells which weights matter; see <see cref="SparsityCriteria.All"/>.</summary>
    [Description("magnitude, wanda or sparsegpt")]
    public string Criterion { get; init; } = "wanda";

    /// <summary>Gets the pattern: N weights that stay in each M neighbours of a row, or the part that goes.</summary>
    [Description("N:M, with N weights that stay in each M neighbours of a row, or the part that goes, such as 0.5")]
    public string Pattern { get; init; } = "2:4";

    /// <summary>Gets what is added to the Hessian's diagonal, as a part of its mean (<c>sparsegpt</c>). Default 0.01.</summary>
    [Description("what is added to the Hessian's diagonal, as a part of its mean (sparsegpt)")]
    public double Damping { get; init; } = 0.01;

    /// <summary>Gets how many columns are settled before the later ones are updated (<c>sparsegpt</c>); of N:M the multiple of M below. Default 128.</summary>
    [Description("how many columns are settled before the later ones are updated (sparsegpt); of N:M the multiple of M below")]
    public int BlockSize { get; init; } = 128;

    /// <summary>Refuses values that cannot work.</summary>
    /// <exception cref="Core.Errors.LlmEfficiencyException">A value cannot work; the message names it.</exception>
    public void Validate()
    {
        var range = new SettingsRange("sparse");
        _ = SparsityCriteria.Find(Criterion);
        _ = SparsityPattern.Parse(Pattern);
        range.Require(Damping is > 0 and <= 1, "damping", Damping, "a number above 0, at most 1");
        range.Require(BlockSize >= 1, "block_size", BlockSize, "1 or more");
    }
}
