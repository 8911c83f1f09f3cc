namespace LlmEfficiency.SamDecoding.Replay;

/// <summary>A recorded greedy answer.</summary>
/// <param name="Question">The question's id.</param>
/// <param name="Category">The question's category.</param>
/// <param name="Prompt">The tokens of the conversation so far.</param>
/// <param name="Answer">The tokens of the answer.</param>
public sealed record ReplayTurn(int Question, string Category, IReadOnlyList<int> Prompt, IReadOnlyList<int> Answer);
