using System.Text.Json.Serialization;
using LlmEfficiency.Core.Settings;

namespace LlmEfficiency.SparseRL.Objectives;

/// <summary>How the losses of tokens become one number; spelled as in verl, with hyphens.</summary>
[JsonConverter(typeof(KebabCaseNames<LossAggMode>))]
public enum LossAggMode
{
    /// <summary>The mean over responses of the mean over tokens (GRPO).</summary>
    SeqMeanTokenMean,

    /// <summary>The mean over all tokens (DAPO).</summary>
    TokenMean,

    /// <summary>The mean over responses of the sum over tokens.</summary>
    SeqMeanTokenSum,

    /// <summary>The same over a constant, the longest a response may be (Dr.GRPO).</summary>
    SeqMeanTokenSumNorm,
}
