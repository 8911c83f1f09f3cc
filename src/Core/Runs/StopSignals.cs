using System.Runtime.InteropServices;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Runs;

/// <summary>
/// Turns signals into a wish that a training loop looks at between two steps. Once a stop is wished for, Ctrl-C ends the
/// process at once; other signals are ignored then, because schedulers send several.
/// </summary>
/// <remarks>
/// A command that listens must be a synchronous action of System.CommandLine: around an asynchronous one the library
/// listens too, and gives up on the command when its own time is over, saved or not.
/// </remarks>
public sealed class StopSignals : IDisposable
{
    private const int Nothing = -1;

    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _requested = Nothing;

    private StopSignals()
    {
    }

    /// <summary>Gets the first wish to stop, or null.</summary>
    public StopReason? Requested => Volatile.Read(ref _requested) is var reason and not Nothing ? (StopReason)reason : null;

    /// <summary>Begins to listen: SIGINT and SIGTERM everywhere, SIGUSR1 where the system has it.</summary>
    public static StopSignals Listen()
    {
        var signals = new StopSignals();
        signals.Register(PosixSignal.SIGINT, StopReason.Interrupt);
        signals.Register(PosixSignal.SIGTERM, StopReason.Terminate);
        if (!OperatingSystem.IsWindows())
        {
            signals.Register((PosixSignal)(OperatingSystem.IsMacOS() ? 30 : 10), StopReason.Preempt); // SIGUSR1
        }

        return signals;
    }

    /// <summary>Returns the exit code of a run that stopped: 0 for a scheduler that starts it again, else 130.</summary>
    public static int ExitCode(StopReason reason) => reason == StopReason.Preempt ? 0 : (int)ErrorKind.Cancelled;

    /// <inheritdoc/>
    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    /// <summary>Takes in a signal.</summary>
    /// <returns>Whether the process goes on; if not, the system does what the signal means by default.</returns>
    internal bool Take(StopReason reason) =>
        Interlocked.CompareExchange(ref _requested, (int)reason, Nothing) == Nothing || reason != StopReason.Interrupt;

    private void Register(PosixSignal signal, StopReason reason) =>
        _registrations.Add(PosixSignalRegistration.Create(signal, context => context.Cancel = Take(reason)));
}
