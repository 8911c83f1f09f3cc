using LlmEfficiency.SparseRL.Corrections;
using LlmEfficiency.SparseRL.Diagnostics;
using LlmEfficiency.SparseRL.Objectives;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Diagnostics;

public sealed class MismatchDiagnosticsTests
{
    private static readonly string[] Names =
    [
        "kl", "k3_kl", "logprob_abs_diff", "rollout_is_mean", "rollout_is_std", "rollout_is_min", "rollout_is_q01", "rollout_is_q05",
        "rollout_is_max", "rollout_is_eff_sample_size", "rollout_is_ratio_fraction_high", "rollout_is_ratio_fraction_low",
        "catastrophic_token_fraction", "chi2_token", "chi2_seq", "catastrophic_seq_fraction", "low_ratio_seq_fraction", "training_ppl", "rollout_ppl",
        "log_ppl_diff", "log_ppl_abs_diff", "rejection_rate", "nonfinite_seq_fraction", "rs_masked_fraction", "rs_seq_masked_fraction",
        "truncate_fraction", "rollout_is_batch_norm_factor", "exact_token_fraction",
    ];

    [Fact]
    public void By_hand()
    {
        // ln ξ = 0 (exact), 1, −1 | 2; the dense policy gives −2 each
        var values = Of(
            [new([-9, -3, -1], [-2, -2, -2], exactTokens: 1), new([-4, -1], [-2, -2], mask: [true, false])], new CorrectionSettings());
        var ratios = new[] { 1, Math.E, 1 / Math.E, Math.E * Math.E };
        var mean = ratios.Average();
        Assert.Equal(-0.5, values["kl"], 1e-9);
        Assert.Equal(ratios.Average(r => r - 1 - Math.Log(r)), values["k3_kl"], 1e-9);
        Assert.Equal(1, values["logprob_abs_diff"], 1e-9);
        Assert.Equal(mean, values["rollout_is_mean"], 1e-9);
        Assert.Equal(Math.Sqrt(ratios.Average(r => (r - mean) * (r - mean))), values["rollout_is_std"], 1e-9);
        Assert.Equal(1 / Math.E, values["rollout_is_min"], 1e-9);
        Assert.Equal(Math.E * Math.E, values["rollout_is_max"], 1e-9);
        Assert.Equal((0.85 / Math.E) + 0.15, values["rollout_is_q05"], 1e-9);
        Assert.Equal((0.97 / Math.E) + 0.03, values["rollout_is_q01"], 1e-9);
        Assert.Equal(mean * mean / ratios.Average(r => r * r), values["rollout_is_eff_sample_size"], 1e-9);
        Assert.Equal(0.5, values["rollout_is_ratio_fraction_high"]);
        Assert.Equal(0.25, values["rollout_is_ratio_fraction_low"]);
        Assert.Equal(ratios.Average(r => r * r) - 1, values["chi2_token"], 1e-9);
        Assert.Equal(((1 + Math.Exp(4)) / 2) - 1, values["chi2_seq"], 1e-9);
        Assert.Equal(Math.Exp(2), values["training_ppl"], 1e-9);
        Assert.Equal((Math.Exp(2) + Math.Exp(4)) / 2, values["rollout_ppl"], 1e-9);
        Assert.Equal((0 - 2) / 2.0, values["log_ppl_diff"], 1e-9);
        Assert.Equal(1, values["log_ppl_abs_diff"], 1e-9);
        Assert.Equal(0.25, values["exact_token_fraction"]);
    }

    [Fact]
    public void What_was_done_is_counted_and_rejected_are_the_rejected_ones()
    {
        SequenceLogProbabilities[] batch =
        [
            new([-1, -1], [-1, -21]), new([-1, -1], [-1, 0]), new([-1], [-1]), new([float.NaN], [-1]),
        ];
        var values = Of(batch, ObjectivePresets.Get("official-code").RolloutCorrection);
        Assert.Equal(0.5, values["rejection_rate"]);        // the first and the last, not those that were kept
        Assert.Equal(0.25, values["nonfinite_seq_fraction"]);
        Assert.Equal(4 / 6.0, values["rs_masked_fraction"], 12);
        Assert.Equal(0.75, values["rs_seq_masked_fraction"]);
        Assert.Equal(1 / 6.0, values["truncate_fraction"], 12);
        Assert.Equal(1 / 5.0, values["catastrophic_token_fraction"], 12);
        Assert.Equal(1 / 3.0, values["catastrophic_seq_fraction"], 12);
    }

    [Fact]
    public void Catastrophes_show_also_where_nothing_is_rejected()
    {
        var values = Of([new([-1, -1], [-1, -21])], CorrectionSettings.None);
        Assert.Equal(0, values["rejection_rate"]);
        Assert.Equal(1, values["catastrophic_seq_fraction"]);
    }

    [Fact]
    public void A_low_ratio_shows_before_it_is_a_catastrophe()
    {
        SequenceLogProbabilities[] batch = [new([-1, -1], [-1, -9]), new([-1, -1], [-1, -21]), new([-1, -1], [-1, -7]), new([-1], [-1])]; // ξ = e⁻⁸, e⁻²⁰, e⁻⁶, 1
        var values = Of(batch, new CorrectionSettings());
        Assert.Equal((0.25, 0.5), (values["catastrophic_seq_fraction"], values["low_ratio_seq_fraction"]));
    }

    [Fact]
    public void Names_and_order_are_fixed_and_nothing_at_all_is_no_mismatch()
    {
        var batch = Array.Empty<SequenceLogProbabilities>();
        var values = MismatchDiagnostics.Of(batch, RolloutCorrection.Of(batch, new CorrectionSettings()));
        Assert.Equal(Names.Select(name => "rollout_corr/" + name), values.Select(value => value.Key));
        Assert.All(values, value => Assert.True(double.IsFinite(value.Value)));
        Assert.Equal(1, values.Single(value => value.Key == MismatchMetrics.EffectiveSampleSize).Value);
    }

    private static Dictionary<string, double> Of(SequenceLogProbabilities[] batch, CorrectionSettings settings) =>
        MismatchDiagnostics.Of(batch, RolloutCorrection.Of(batch, settings))
            .ToDictionary(value => value.Key["rollout_corr/".Length..], value => value.Value);
}
