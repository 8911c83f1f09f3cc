using System.Security.Cryptography;
using System.Text;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Tasks;

/// <summary>
/// The examples of one task, by number: as many as one asks for, the same for the same number, and in no other split.
/// </summary>
/// <param name="task">What to make examples of.</param>
/// <param name="seed">Another seed gives other examples; the split of a content is the same for every seed.</param>
/// <param name="split">Which side of the split to make.</param>
public sealed class TaskSet(ITask task, ulong seed, TaskSplit split)
{
    private const int Splits = 16;
    private const int MostAttempts = 10_000;

    /// <summary>Gets what the examples are examples of.</summary>
    public ITask Task => task;

    /// <summary>Gets the side of the split.</summary>
    public TaskSplit Split => split;

    /// <summary>Returns the example of one number.</summary>
    /// <param name="index">The number, from 0.</param>
    /// <exception cref="LlmEfficiencyException">The task makes no content of this split.</exception>
    public TaskExample this[long index]
    {
        get
        {
            for (var attempt = 0; attempt < MostAttempts; attempt++)
            {
                var example = task.Make(new TaskRandom(seed, index, attempt));
                if (SplitOf(example.Key) == split)
                {
                    return example;
                }
            }

            throw new LlmEfficiencyException(
                ErrorKind.Configuration,
                $"task {task.Name}: no example of split {split} in {MostAttempts} draws; give the task more variety");
        }
    }

    /// <summary>Returns the split of a content: held out if and only if its hash is 0 modulo 16.</summary>
    /// <param name="key">The <see cref="TaskExample.Key"/>.</param>
    public static TaskSplit SplitOf(string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);
        return hash[0] % Splits == 0 ? TaskSplit.HeldOut : TaskSplit.Train;
    }
}
