namespace LlmEfficiency.P2Law.Laws;

/// <summary>What a law must know about a row.</summary>
[Flags]
public enum LawInputs
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>N0, the parameters before pruning.</summary>
    Size = 1,

    /// <summary>D, the tokens of post-training (of training, for laws without pruning).</summary>
    Tokens = 2,

    /// <summary>ρ, the part of the parameters that was pruned.</summary>
    Rate = 4,

    /// <summary>L0, the loss before pruning.</summary>
    BaseLoss = 8,

    /// <summary>D1, the tokens before the ones that <see cref="Tokens"/> counts.</summary>
    BaseTokens = 16,
}
