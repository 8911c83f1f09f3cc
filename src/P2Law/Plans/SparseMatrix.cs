namespace LlmEfficiency.P2Law.Plans;

/// <summary>A matrix in which weights became zero.</summary>
/// <param name="Name">Its Hugging Face name.</param>
/// <param name="Weights">How many weights it has.</param>
/// <param name="Zeros">How many of them are zero.</param>
/// <param name="Loss">The criterion's own estimate of the harm, where it has one.</param>
public sealed record SparseMatrix(string Name, long Weights, long Zeros, double? Loss = null);
