using LlmEfficiency.Core.Runs;

namespace LlmEfficiency.Crash;

/// <summary>A kind of run that is killed: small, and doing all that a large one does.</summary>
public interface IWorkload
{
    /// <summary>Gets the name, by which a child process is told what to do.</summary>
    string Name { get; }

    /// <summary>Gets the files that the run appends lines to, which must end as those of an undisturbed run.</summary>
    IReadOnlyList<GrowingFile> Logs { get; }

    /// <summary>Gets how many steps a process may make before it is killed.</summary>
    int MostSteps { get; }

    /// <summary>Gets how long after that it may be killed: some steps, or a save.</summary>
    TimeSpan MostDelay { get; }

    /// <summary>Writes inputs and two files of settings.</summary>
    /// <param name="inputs">The folder of inputs; it is made.</param>
    /// <param name="settings">The file of the settings of runs that are killed.</param>
    /// <param name="keepAll">The file of settings that keep every checkpoint.</param>
    void Prepare(string inputs, string settings, string keepAll);

    /// <summary>Begins the run of a folder, or goes on with it.</summary>
    /// <param name="settings">The settings' file, read if the run begins.</param>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="threads">How many threads compute.</param>
    /// <param name="requested">Is asked after each step whether to stop.</param>
    /// <param name="tell">Is told the step it begins from, and each step made.</param>
    /// <returns>What stopped it; null at its end.</returns>
    StopReason? Run(string settings, string folder, int threads, Func<StopReason?> requested, Action<long> tell);
}
