namespace LlmEfficiency.SparseRL.Tests.Objectives;

/// <summary>The paper's equation and its official code, written out over a batch as they are printed: the plain twins.</summary>
internal static class PlainObjective
{
    /// <summary>1/B Σ_i m_i 1/|o_i| Σ_t ξ (−min(ρA, clip(ρ)A)) + β k3, with m_i = [min ξ ≥ 1e-4].</summary>
    public static double Paper(RandomBatch batch, double klCoef)
    {
        var total = 0.0;
        for (var i = 0; i < batch.Sequences.Count; i++)
        {
            var tokens = Tokens(batch, i);
            if (tokens.Count > 0 && tokens.Min(token => token.Xi) >= 1e-4)
            {
                total += tokens.Average(token => (token.Xi * token.Surrogate) + (klCoef * token.K3));
            }
        }

        return total / batch.Sequences.Count;
    }

    /// <summary>slime's mis as Sparse-RL sets it: clamp ±20, truncate at 1.5, mask [0.5, 1.5], veto, batch mean.</summary>
    public static double OfficialCode(RandomBatch batch, double klCoef)
    {
        var all = Enumerable.Range(0, batch.Sequences.Count).Select(i => Tokens(batch, i)).ToArray();
        double Clamped(double xi) => Math.Exp(Math.Clamp(Math.Log(xi), -20, 20));
        var truncated = all.SelectMany(tokens => tokens).Select(token => Math.Min(Clamped(token.Xi), 1.5));
        var mean = truncated.DefaultIfEmpty(0).Average();
        var total = 0.0;
        foreach (var tokens in all)
        {
            var veto = tokens.Any(token => Math.Log(token.Xi) < Math.Log(1e-4));
            var kept = tokens.Where(token => !veto && Clamped(token.Xi) is >= 0.5 and <= 1.5).ToArray();
            var sum = kept.Sum(token =>
                (Math.Min(Clamped(token.Xi), 1.5) / (mean > 1e-8 ? mean : 1) * token.Surrogate) + (klCoef * token.K3));
            total += sum / Math.Max(kept.Length, 1);
        }

        return total / batch.Sequences.Count;
    }

    private static List<(double Xi, double Surrogate, double K3)> Tokens(RandomBatch batch, int i)
    {
        var (sequence, current, advantage) = (batch.Sequences[i], batch.Current[i], batch.Advantages[i]);
        var tokens = new List<(double, double, double)>();
        for (var token = 0; token < sequence.Length; token++)
        {
            if (sequence.Counts(token))
            {
                var xi = Math.Exp((double)sequence.Old[token] - sequence.Sparse(token));
                var rho = Math.Exp((double)current[token] - sequence.Old[token]);
                var toReference = (double)sequence.Reference[token] - current[token];
                tokens.Add((
                    xi,
                    -Math.Min(rho * advantage, Math.Clamp(rho, 0.8, 1.2) * advantage),
                    Math.Clamp(Math.Exp(toReference) - toReference - 1, -10, 10)));
            }
        }

        return tokens;
    }
}
