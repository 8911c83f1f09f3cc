using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.SparseRL.Rewards;

/// <summary>
/// A reward computed by another program, which runs as long as this lives. For each response it gets a line of JSON on its standard input,
/// <c>{"id", "question", "reference", "response", "tokens", "finish", "kind", "place"}</c>, and answers on its standard output, in any order,
/// <c>{"id", "reward"}</c> or <c>{"id", "error"}</c>. No shell is between. One thread uses it at a time.
/// </summary>
/// <param name="command">The program and its arguments.</param>
/// <param name="timeout">The longest time for a batch.</param>
/// <remarks>A program that ends, is late or answers wrongly is killed and started anew once for each batch.</remarks>
public sealed class ExternalReward(IReadOnlyList<string> command, TimeSpan timeout) : IReward, IDisposable
{
    private RewardProcess? _process;
    private long _asked;

    /// <inheritdoc/>
    public string Name => "external";

    /// <inheritdoc/>
    /// <exception cref="LlmEfficiencyException">The program cannot be started, or failed twice.</exception>
    public IReadOnlyList<double> Score(IReadOnlyList<RewardRequest> responses, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(responses);
        if (responses.Count == 0)
        {
            return [];
        }

        var first = _asked;
        _asked += responses.Count;
        try
        {
            return Ask(responses, first, cancellation);
        }
        catch (RewardProcessException)
        {
            Dispose();
        }

        try
        {
            return Ask(responses, first, cancellation);
        }
        catch (RewardProcessException problem)
        {
            Dispose();
            throw new LlmEfficiencyException(
                ErrorKind.Environment, $"reward external: '{string.Join(' ', command)}' failed twice: {problem.Message}", problem);
        }
    }

    /// <summary>Ends the program.</summary>
    public void Dispose()
    {
        _process?.Dispose();
        _process = null;
    }

    private double[] Ask(IReadOnlyList<RewardRequest> responses, long first, CancellationToken cancellation)
    {
        _process ??= RewardProcess.Start(command);
        try
        {
            return _process.Ask(responses, first, timeout, cancellation);
        }
        catch (OperationCanceledException)
        {
            Dispose(); // what it still answers belongs to nobody
            throw;
        }
    }
}
