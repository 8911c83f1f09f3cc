using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Hub;

/// <summary>
/// Tries a transfer again after 1, 2, 4, ... seconds; an attempt that got further than all before counts as the first.
/// </summary>
internal sealed class Retries(TimeProvider clock)
{
    private const int Attempts = 6;

    /// <summary>Runs attempts until one succeeds or six in a row get nowhere.</summary>
    /// <param name="attempt">One attempt.</param>
    /// <param name="reached">Returns how many bytes are there.</param>
    /// <param name="cancellation">Stops the waiting.</param>
    /// <exception cref="LlmEfficiencyException">No attempt succeeded.</exception>
    public async Task<T> Run<T>(Func<Task<T>> attempt, Func<long> reached, CancellationToken cancellation)
    {
        for (var (failures, best) = (0, 0L); ;)
        {
            try
            {
                return await attempt().ConfigureAwait(false);
            }
            catch (BrokenTransferException problem)
            {
                (failures, best) = reached() > best ? (1, reached()) : (failures + 1, best);
                if (failures >= Attempts)
                {
                    throw new LlmEfficiencyException(
                        ErrorKind.Network, $"{problem.Message}; gave up after {failures} attempts, the next run goes on from here", problem);
                }
            }

            await Task.Delay(TimeSpan.FromSeconds(Math.Pow(2, failures - 1)), clock, cancellation).ConfigureAwait(false);
        }
    }
}
