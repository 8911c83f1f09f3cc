using System.Diagnostics;
using System.Globalization;
using LlmEfficiency.SamDecoding.Automata;
using LlmEfficiency.SamDecoding.Indexing;

namespace LlmEfficiency.Benchmarks.Automata;

/// <summary>
/// Measures the automata that draft: growing one, freezing a corpus into a file, and following a stream with a draft behind
/// each token. Building ten million tokens takes seconds, so BenchmarkDotNet's many invocations do not suit.
/// </summary>
internal static class AutomataBench
{
    private const int Drafted = 16;
    private const int SortedStream = 50_000; // tokens of the stream that the baseline follows

    /// <summary>Measures, prints, and keeps the tables of the default sizes.</summary>
    /// <param name="arguments">The command line behind <c>automata</c>.</param>
    public static int Measure(string[] arguments)
    {
        var kept = Path.Join(MachineConfig.ResultFolder, "automata.csv");
        if (arguments is ["--chart"])
        {
            AutomataChart.Save(MachineConfig.ChartOf("automata"), AutomataMeasurement.Read(kept));
            return 0;
        }

        if (AutomataOptions.Parse(arguments) is not { } options)
        {
            Console.Error.WriteLine(AutomataOptions.Usage);
            return 2;
        }

        var corpus = Corpus.Read(options.Tokens.Max());
        List<AutomataMeasurement> all = [];
        foreach (var tokens in options.Tokens)
        {
            all.AddRange(Measure(corpus, corpus.Take(tokens), options.Rounds));
        }

        List<string> table =
        [
            "| tokens | what | measure | median | lowest … highest | unit |", "|---:|---|---|---:|---:|---|",
            .. all.Select(one => Invariant($"| {one.Tokens} | {one.Subject} | {one.Measure} | {one.Median:0.###} | {one.Values[0]:0.###} … {one.Values[^1]:0.###} | {one.Unit} |")),
            string.Empty,
            Invariant($"{corpus.Name}; {options.Rounds} rounds behind one that is not counted. Drafts of {Drafted} tokens behind each of {corpus.Stream.Length} tokens that the corpus does not contain. Microseconds are the processor's, which other programs delay less than the clock's; seconds and milliseconds are the clock's."),
        ];
        table.ForEach(Console.WriteLine);
        if (options.Tokens.SequenceEqual(AutomataOptions.DefaultTokens))
        {
            Directory.CreateDirectory(MachineConfig.ResultFolder);
            File.WriteAllLines(Path.Join(MachineConfig.ResultFolder, "automata.md"), table);
            File.WriteAllLines(
                kept,
                [
                    "tokens,subject,measure,unit,median,min,max",
                    .. all.Select(one => Invariant($"{one.Tokens},{one.Subject},{one.Measure},{one.Unit},{one.Median:0.#####},{one.Values[0]:0.#####},{one.Values[^1]:0.#####}")),
                ]);
            AutomataChart.Save(MachineConfig.ChartOf("automata"), AutomataMeasurement.Read(kept));
        }

        return 0;
    }

    private static IEnumerable<AutomataMeasurement> Measure(Corpus corpus, IReadOnlyList<int[]> documents, int rounds)
    {
        var tokens = documents.Sum(document => (long)document.Length);
        var all = new Dictionary<(string, string, string), List<double>>();
        var isCounted = false;
        void Add(string subject, string measure, string unit, double value)
        {
            if (!isCounted)
            {
                return;
            }

            ref var values = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(all, (subject, measure, unit), out _);
            (values ??= []).Add(value);
        }

        for (var round = 0; round <= rounds; round++)
        {
            isCounted = round > 0; // in the first, methods are compiled
            Grow(corpus, documents, tokens, hasStatistics: false, Add);
            Grow(corpus, documents, tokens, hasStatistics: true, Add);
            Freeze(corpus, documents, tokens, Add);
            Sort(corpus, documents, tokens, Add);
        }

        return all.Select(one => new AutomataMeasurement(tokens, one.Key.Item1, one.Key.Item2, one.Key.Item3, [.. one.Value.Order()]));
    }

    private static void Grow(
        Corpus corpus, IReadOnlyList<int[]> documents, long tokens, bool hasStatistics, Action<string, string, string, double> add)
    {
        var subject = hasStatistics ? "automaton with statistics" : "automaton";
        using var automaton = new SuffixAutomaton(hasStatistics);
        add(subject, "append", "us/token", 1e6 / tokens * ProcessorTime(() =>
        {
            foreach (var document in documents)
            {
                automaton.BeginDocument();
                automaton.Append(document);
            }
        }));
        add(subject, AutomataMeasures.Size, "bytes/token", (double)automaton.Bytes / tokens);
        var draft = new int[Drafted];
        var drafted = 0L;
        add(subject, AutomataMeasures.Draft, "us/token", 1e6 / corpus.Stream.Length * ProcessorTime(() =>
        {
            var cursor = default(SuffixCursor);
            foreach (var token in corpus.Stream)
            {
                cursor = cursor.Advance(automaton, token);
                drafted += Draft(automaton, cursor, draft);
            }
        }));
        add(subject, AutomataMeasures.Drafted, "tokens/token", (double)drafted / corpus.Stream.Length);
    }

    private static int Draft(SuffixAutomaton automaton, SuffixCursor cursor, Span<int> draft)
    {
        if (cursor.Length == 0)
        {
            return 0;
        }

        var follows = automaton.Text[(automaton.FirstEnd(cursor.State) + 1)..];
        follows = follows[..Math.Min(follows.Length, draft.Length)];
        var end = follows.IndexOf(SuffixAutomaton.Separator);
        follows = end < 0 ? follows : follows[..end];
        follows.CopyTo(draft);
        return follows.Length;
    }

    private static void Freeze(
        Corpus corpus, IReadOnlyList<int[]> documents, long tokens, Action<string, string, string, double> add)
    {
        const string Subject = "frozen index";
        var folder = Directory.CreateTempSubdirectory("llmeff-automata-").FullName;
        try
        {
            var path = Path.Join(folder, "corpus.index");
            var settings = new IndexBuildSettings { TokenizerHash = corpus.Hash, VocabularySize = corpus.Vocabulary };
            add(Subject, "build", "s", Time(() => SuffixIndexBuilder.Build(path, documents.Select(document => (ReadOnlyMemory<int>)document), settings)));
            add(Subject, "open unverified", "ms", 1e3 * Time(() => SuffixIndex.Open(path, corpus.Hash, verify: false).Dispose()));
            add(Subject, "open verified", "ms", 1e3 * Time(() => SuffixIndex.Open(path, corpus.Hash, verify: true).Dispose()));
            using var index = SuffixIndex.Open(path, corpus.Hash);
            add(Subject, AutomataMeasures.Size, "bytes/token", (double)index.Bytes / tokens);
            add(Subject, "nodes", "nodes/token", (double)index.Nodes / tokens);
            add(Subject, "edges", "edges/token", (double)index.Edges / tokens);
            var (draft, drafted) = (new int[Drafted], 0L);
            add(Subject, AutomataMeasures.Draft, "us/token", 1e6 / corpus.Stream.Length * ProcessorTime(() =>
            {
                var (segment, cursor) = (index.Segments[0], default(IndexCursor));
                foreach (var token in corpus.Stream)
                {
                    cursor = segment.Advance(cursor, token);
                    drafted += segment.Continuation(cursor, draft);
                }
            }));
            add(Subject, AutomataMeasures.Drafted, "tokens/token", (double)drafted / corpus.Stream.Length);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Sort(
        Corpus corpus, IReadOnlyList<int[]> documents, long tokens, Action<string, string, string, double> add)
    {
        const string Subject = "suffix array";
        SuffixArray? array = null;
        add(Subject, "build", "us/token", 1e6 / tokens * ProcessorTime(() => array = new SuffixArray(documents)));
        add(Subject, AutomataMeasures.Size, "bytes/token", (double)array!.Bytes / tokens);
        ushort[] stream = [.. corpus.Stream.Take(SortedStream).Select(token => (ushort)token)];
        var (draft, drafted) = (new int[Drafted], 0L);
        add(Subject, AutomataMeasures.Draft, "us/token", 1e6 / stream.Length * ProcessorTime(() =>
        {
            for (var length = 1; length <= stream.Length; length++)
            {
                drafted += array.DraftHalving(stream.AsSpan(0, length), draft);
            }
        }));
        add(Subject, AutomataMeasures.Drafted, "tokens/token", (double)drafted / stream.Length);
        add(Subject, "longest first and draft", "us/token", 1e6 / stream.Length * ProcessorTime(() =>
        {
            for (var length = 1; length <= stream.Length; length++)
            {
                array.DraftLongestFirst(stream.AsSpan(0, length), draft);
            }
        }));
    }

    // Of all threads; what is measured so has one.
    private static double ProcessorTime(Action work)
    {
        var start = Environment.CpuUsage.TotalTime;
        work();
        return (Environment.CpuUsage.TotalTime - start).TotalSeconds;
    }

    private static double Time(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
