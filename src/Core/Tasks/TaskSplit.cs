namespace LlmEfficiency.Core.Tasks;

/// <summary>Which of two sets without common content an example belongs to.</summary>
public enum TaskSplit
{
    /// <summary>Fifteen of sixteen keys: to learn from.</summary>
    Train,

    /// <summary>One of sixteen keys: to measure on, never seen in training.</summary>
    HeldOut,
}
