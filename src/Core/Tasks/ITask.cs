namespace LlmEfficiency.Core.Tasks;

/// <summary>Makes examples of one skill, and judges responses to them.</summary>
public interface ITask
{
    /// <summary>Gets the task's name as it is written in settings and tables.</summary>
    string Name { get; }

    /// <summary>Makes one example; the same choices give the same example.</summary>
    TaskExample Make(TaskRandom random);

    /// <summary>Tells whether a model's whole response to the example's prompt is right.</summary>
    /// <param name="example">An example that this task made.</param>
    /// <param name="response">The text without the token that ends the turn.</param>
    bool IsCorrect(TaskExample example, string response);
}
