namespace LlmEfficiency.SparseRL.Objectives;

/// <summary>What the objective met over the kept tokens of a mini-batch. Parts computed apart are added in a fixed order.</summary>
public sealed class PolicyStatistics
{
    private double _ratio;
    private double _logRatio;
    private double _kl;
    private double _mismatch;

    /// <summary>Gets the number of kept tokens.</summary>
    public long Tokens { get; private set; }

    /// <summary>Gets how many of them the lower clip stopped.</summary>
    public long ClippedLow { get; private set; }

    /// <summary>Gets how many of them the upper clip stopped.</summary>
    public long ClippedHigh { get; private set; }

    /// <summary>Gets how many of them the dual clip stopped.</summary>
    public long ClippedDual { get; private set; }

    /// <summary>Gets the greatest ratio; 0 without tokens.</summary>
    public double RatioMax { get; private set; }

    /// <summary>Gets the mean ratio; 0 without tokens.</summary>
    public double RatioMean => Mean(_ratio);

    /// <summary>Gets the mean of ln π_old − ln π_θ.</summary>
    public double PpoKl => Mean(-_logRatio);

    /// <summary>Gets the mean estimate of KL(π_θ ‖ π_ref); 0 without a reference.</summary>
    public double KlLoss => Mean(_kl);

    /// <summary>Gets the mean of our penalty on the mismatch; 0 where it is off.</summary>
    public double MismatchLoss => Mean(_mismatch);

    /// <summary>Gets the sum of all losses.</summary>
    public double Loss { get; private set; }

    /// <summary>Adds those of other tokens.</summary>
    public void Add(PolicyStatistics other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Tokens += other.Tokens;
        ClippedLow += other.ClippedLow;
        ClippedHigh += other.ClippedHigh;
        ClippedDual += other.ClippedDual;
        RatioMax = Math.Max(RatioMax, other.RatioMax);
        Loss += other.Loss;
        _ratio += other._ratio;
        _logRatio += other._logRatio;
        _kl += other._kl;
        _mismatch += other._mismatch;
    }

    /// <summary>Lists them by the names of TRL and verl, in a fixed order.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> ToMetrics() =>
    [
        new("loss", Loss),
        new("clip_ratio/low_mean", Mean(ClippedLow)),
        new("clip_ratio/high_mean", Mean(ClippedHigh)),
        new("clip_ratio/region_mean", Mean(ClippedLow + ClippedHigh + ClippedDual)),
        new("actor/pg_clipfrac_lower", Mean(ClippedDual)),
        new("actor/ratio_mean", RatioMean),
        new("actor/ratio_max", RatioMax),
        new("actor/ppo_kl", PpoKl),
        new("actor/kl_loss", KlLoss),
        new("actor/mismatch_loss", MismatchLoss),
        new("actor/tokens", Tokens),
    ];

    /// <summary>Counts a token.</summary>
    internal void AddToken(in SurrogateTerm term, double logRatio)
    {
        Tokens++;
        ClippedLow += term.Region == ClipRegion.Low ? 1 : 0;
        ClippedHigh += term.Region == ClipRegion.High ? 1 : 0;
        ClippedDual += term.Region == ClipRegion.Dual ? 1 : 0;
        RatioMax = Math.Max(RatioMax, term.Ratio);
        _ratio += term.Ratio;
        _logRatio += logRatio;
    }

    /// <summary>Adds a token's divergence from the reference.</summary>
    internal void AddKl(double value) => _kl += value;

    /// <summary>Adds a token's penalty.</summary>
    internal void AddMismatch(double value) => _mismatch += value;

    /// <summary>Adds what is part of the loss.</summary>
    internal void AddLoss(double value) => Loss += value;

    private double Mean(double sum) => Tokens == 0 ? 0 : sum / Tokens;
}
