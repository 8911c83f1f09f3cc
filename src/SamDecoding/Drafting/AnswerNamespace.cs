using LlmEfficiency.SamDecoding.Automata;
using LlmEfficiency.SamDecoding.Recycling;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>
/// The answers of one namespace of an <see cref="AnswerCache"/>, as automata that are never changed once they are there: a
/// request reads those of its beginning, whatever is added meanwhile, from any thread. A new answer is put together with the
/// small automata before it, so that there are few of them. What was learned of each source's shares lies beside them.
/// </summary>
public sealed class AnswerNamespace
{
    // An automaton cannot forget: what is to go later must lie in one that is small enough to go as a whole.
    private const int LeastGenerations = 4;

    private readonly AnswerCache _owner;
    private volatile AnswerGeneration[] _generations; // the oldest first
    private long _used;

    /// <summary>Makes an empty namespace.</summary>
    internal AnswerNamespace(AnswerCache owner, string name, SourceEscapes escapes)
        : this(owner, name, escapes, new RecyclingTable(), [], 0, 0)
    {
    }

    /// <summary>Makes a namespace that was kept elsewhere.</summary>
    internal AnswerNamespace(
        AnswerCache owner, string name, SourceEscapes escapes, RecyclingTable recycled, AnswerGeneration[] generations, long added, long used) =>
        (_owner, Name, Escapes, Recycled, _generations, Added, _used) = (owner, name, escapes, recycled, generations, added, used);

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets how many answers were ever added.</summary>
    public long Added { get; private set; }

    /// <summary>Gets how many answers are there.</summary>
    public long Answers => _generations.Sum(generation => (long)generation.Answers);

    /// <summary>Gets how many tokens are there.</summary>
    public long Tokens => _generations.Sum(generation => (long)generation.Tokens);

    /// <summary>Gets the size of the automata.</summary>
    public long Bytes => _generations.Sum(generation => generation.Bytes);

    /// <summary>Gets how many automata there are.</summary>
    public int Automata => _generations.Length;

    /// <summary>Gets the automata, the oldest first.</summary>
    internal IReadOnlyList<AnswerGeneration> Generations => _generations;

    /// <summary>Gets when it was used last: the larger of two numbers is later.</summary>
    internal long Used => Interlocked.Read(ref _used);

    /// <summary>Gets what was learned of the shares of each source.</summary>
    internal SourceEscapes Escapes { get; }

    /// <summary>Gets what Token Recycling knows of tokens; it does not count as <see cref="Bytes"/>.</summary>
    internal RecyclingTable Recycled { get; }

    /// <summary>Adds an answer; an empty one leaves no trace.</summary>
    /// <param name="tokens">Its tokens, none negative.</param>
    public void Add(ReadOnlySpan<int> tokens)
    {
        if (tokens.ContainsAnyExceptInRange(0, int.MaxValue))
        {
            throw new ArgumentOutOfRangeException(nameof(tokens), "an answer has a negative token");
        }

        if (!tokens.IsEmpty)
        {
            _owner.Add(this, tokens);
        }
    }

    /// <summary>Returns the automata for a request.</summary>
    internal IReadOnlyList<AnswerGeneration> Read()
    {
        Interlocked.Exchange(ref _used, _owner.Tick());
        return _generations;
    }

    /// <summary>Returns the automata, and how many answers were added up to them, as they are at one moment.</summary>
    internal (AnswerGeneration[] Generations, long Added) Snapshot() => _owner.Locked(() => (_generations, Added));

    /// <summary>Takes an answer in; the owner sees to it that one does at a time.</summary>
    /// <param name="tokens">Its tokens.</param>
    /// <param name="share">How many bytes the namespace may count on: larger automata than a part of them do not grow.</param>
    internal void Take(ReadOnlySpan<int> tokens, long share)
    {
        // The newest ones that are no larger than what comes behind them.
        var older = _generations;
        var (kept, size) = (older.Length, (long)tokens.Length);
        while (kept > 0 && older[kept - 1].Symbols <= 2 * size && older[kept - 1].Bytes * LeastGenerations < share)
        {
            size += older[--kept].Symbols;
        }

        var (merged, answers) = (new SuffixAutomaton(hasStatistics: true), 1);
        foreach (var generation in older.AsSpan(kept))
        {
            merged.AppendDocuments(generation.Automaton.Text);
            answers += generation.Answers;
        }

        merged.AppendDocuments(tokens);
        _generations = [.. older.AsSpan(0, kept), new AnswerGeneration(merged, answers)];
        Added++;
        Interlocked.Exchange(ref _used, _owner.Tick());
    }

    /// <summary>Forgets the oldest automaton; the owner sees to it that one does at a time.</summary>
    /// <returns>Its size in bytes.</returns>
    internal long DropOldest()
    {
        var oldest = _generations[0];
        _generations = _generations[1..];
        return oldest.Bytes;
    }
}
