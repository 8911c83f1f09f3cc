using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.SparseRL.Rewards;

/// <summary>A running program that computes rewards.</summary>
internal sealed class RewardProcess : IDisposable
{
    private readonly Process _process;
    private readonly BoundedLines _answers;
    private readonly TailText _complaints;

    private RewardProcess(Process process)
    {
        _process = process;
        _answers = new BoundedLines(process.StandardOutput.BaseStream);
        _complaints = new TailText(process.StandardError.BaseStream);
    }

    /// <summary>Starts a program.</summary>
    /// <exception cref="LlmEfficiencyException">There is none of that name, or it may not be run.</exception>
    public static RewardProcess Start(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return new RewardProcess(Process.Start(start)!);
        }
        catch (Exception problem) when (problem is Win32Exception or InvalidOperationException)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Configuration, $"reward external: '{command[0]}' cannot be started: {problem.Message}", problem);
        }
    }

    /// <summary>Has a batch judged.</summary>
    /// <param name="responses">The batch.</param>
    /// <param name="first">The id of its first response.</param>
    /// <param name="timeout">The longest time.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="RewardProcessException">The program is late, has ended, or answers what is no answer.</exception>
    public double[] Ask(IReadOnlyList<RewardRequest> responses, long first, TimeSpan timeout, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var writer = Task.Run(() => Write(responses, first), CancellationToken.None); // it may answer before it has read all
        var rewards = new double?[responses.Count];
        for (var missing = rewards.Length; missing > 0; missing--)
        {
            var line = _answers.Next(timeout - clock.Elapsed, cancellation, out var isLate)
                ?? throw Failure(isLate ? string.Create(
                    CultureInfo.InvariantCulture, $"{missing} of {rewards.Length} rewards were not there after {timeout.TotalSeconds:0.###} s") : Ended(missing));
            var answer = RewardLine.Read(line);
            if (answer.Problem is { } problem)
            {
                throw Failure(problem);
            }

            var index = answer.Id - first;
            if (index < 0 || index >= rewards.Length || rewards[index] is not null)
            {
                throw Failure(string.Create(CultureInfo.InvariantCulture, $"it answered id {answer.Id}, which was not asked or is answered already"));
            }

            rewards[index] = answer.Reward;
        }

        return writer.Wait(Left(timeout, clock), cancellation)
            ? [.. rewards.Select(reward => reward!.Value)]
            : throw Failure("it answered without reading what it was asked");
    }

    /// <summary>Kills the program and what it started.</summary>
    public void Dispose()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception problem) when (problem is InvalidOperationException or Win32Exception or AggregateException)
        {
            // it has ended by itself
        }

        _answers.Dispose();
        _process.Dispose();
    }

    private static TimeSpan Left(TimeSpan timeout, Stopwatch clock) =>
        timeout > clock.Elapsed ? timeout - clock.Elapsed : TimeSpan.Zero;

    private void Write(IReadOnlyList<RewardRequest> responses, long first)
    {
        try
        {
            var input = _process.StandardInput.BaseStream;
            for (var index = 0; index < responses.Count; index++)
            {
                input.Write(RewardLine.Write(first + index, responses[index]));
            }

            input.Flush();
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // the program has ended or was killed: who reads its answers finds out
        }
    }

    private string Ended(int missing)
    {
        if (_answers.Problem is { } problem)
        {
            return problem;
        }

        var code = _process.WaitForExit(TimeSpan.FromSeconds(1))
            ? string.Create(CultureInfo.InvariantCulture, $"it ended with exit code {_process.ExitCode}") : "it closed its standard output";
        return string.Create(CultureInfo.InvariantCulture, $"{code}, {missing} rewards missing");
    }

    private RewardProcessException Failure(string why) =>
        new(_complaints.Text() is { Length: > 0 } words ? $"{why}; its standard error ends: {words}" : why);
}
