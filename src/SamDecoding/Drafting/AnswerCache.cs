using System.Buffers;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>
/// Answers to earlier requests in namespaces that never see each other: one a tenant, task or whatever must not be mixed. All
/// share one cap. Where it is passed, the namespace that takes most bytes gives up its oldest automaton; the newest one of each
/// stays as long as any namespace has an older one, and goes then where it was not used for longest. Safe for several threads:
/// those who read wait for nobody.
/// </summary>
public sealed class AnswerCache
{
    /// <summary>The cap in bytes unless told otherwise.</summary>
    public const long DefaultMaxBytes = 256L << 20;

    /// <summary>The namespace of those who name none.</summary>
    public const string DefaultNamespace = "default";

    /// <summary>The most namespaces: each has some kilobytes of learned shares beside its answers, which the cap does not count.</summary>
    public const int MostNamespaces = 1024;

    /// <summary>The longest name.</summary>
    public const int LongestName = 64;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/");

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, AnswerNamespace> _namespaces = new(StringComparer.Ordinal);
    private long _clock;

    /// <summary>Makes an empty cache.</summary>
    /// <param name="maxBytes">How many bytes the automata take at most; the newest of all stays, whatever its size.</param>
    public AnswerCache(long maxBytes = DefaultMaxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxBytes);
        MaxBytes = maxBytes;
    }

    /// <summary>Gets how many bytes the automata take at most.</summary>
    public long MaxBytes { get; }

    /// <summary>Gets the size of all automata.</summary>
    public long Bytes => Namespaces.Sum(space => space.Bytes);

    /// <summary>Gets the namespaces in the order of their names.</summary>
    public IReadOnlyList<AnswerNamespace> Namespaces
    {
        get
        {
            lock (_lock)
            {
                return [.. _namespaces.Values];
            }
        }
    }

    /// <summary>Returns a namespace; a new one is empty.</summary>
    /// <param name="name">Its name, see <see cref="CheckName"/>.</param>
    /// <exception cref="LlmEfficiencyException">The name is none, or there are <see cref="MostNamespaces"/> others.</exception>
    public AnswerNamespace Namespace(string name)
    {
        CheckName(name);
        lock (_lock)
        {
            return _namespaces.TryGetValue(name, out var known) ? known : Insert(new AnswerNamespace(this, name, new SourceEscapes()));
        }
    }

    /// <summary>Forgets a namespace with all that is in it. Drafters that still have it keep nothing more.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Remove(string name)
    {
        lock (_lock)
        {
            return _namespaces.Remove(name);
        }
    }

    /// <summary>Checks a name: 1 to 64 ASCII letters, digits, '.', '_', '-' and '/'.</summary>
    /// <exception cref="LlmEfficiencyException">It has others, none or too many.</exception>
    public static void CheckName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!IsName(name))
        {
            throw new LlmEfficiencyException(
                ErrorKind.Configuration,
                $"namespace '{name}': a name has 1 to {LongestName} of the letters A to Z and a to z, digits, '.', '_', '-' and '/'");
        }
    }

    /// <summary>Returns whether a namespace may have a name.</summary>
    internal static bool IsName(ReadOnlySpan<char> name) =>
        name.Length is >= 1 and <= LongestName && !name.ContainsAnyExcept(NameCharacters);

    /// <summary>Returns the number of another use.</summary>
    internal long Tick() => Interlocked.Increment(ref _clock);

    /// <summary>Reads what others change at once.</summary>
    internal T Locked<T>(Func<T> read)
    {
        lock (_lock)
        {
            return read();
        }
    }

    /// <summary>Adds an answer to a namespace and makes room for it.</summary>
    internal void Add(AnswerNamespace space, ReadOnlySpan<int> tokens)
    {
        lock (_lock)
        {
            if (_namespaces.GetValueOrDefault(space.Name) == space) // else it was removed meanwhile
            {
                var filled = _namespaces.Values.Count(other => other == space || other.Generations.Count > 0);
                space.Take(tokens, MaxBytes / filled);
                Trim(space);
            }
        }
    }

    /// <summary>Adds a namespace that was kept elsewhere.</summary>
    internal void Restore(AnswerNamespace space)
    {
        lock (_lock)
        {
            Insert(space);
            _clock = Math.Max(_clock, space.Used);
            Trim(_namespaces.Values.Where(other => other.Generations.Count > 0).MaxBy(other => other.Used) ?? space);
        }
    }

    private AnswerNamespace Insert(AnswerNamespace space)
    {
        if (_namespaces.Count == MostNamespaces)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Configuration,
                $"namespace '{space.Name}': there are {MostNamespaces} others, the most there may be: remove one or use one of them");
        }

        _namespaces.Add(space.Name, space);
        return space;
    }

    private void Trim(AnswerNamespace newest)
    {
        for (var bytes = Bytes; bytes > MaxBytes && Victim(newest) is { } victim;)
        {
            bytes -= victim.DropOldest();
        }
    }

    private AnswerNamespace? Victim(AnswerNamespace newest) =>
        _namespaces.Values.Where(space => space.Generations.Count > 1).MaxBy(space => (space.Bytes, -space.Used))
        ?? _namespaces.Values.Where(space => space != newest && space.Generations.Count > 0).MinBy(space => space.Used);
}
