using LlmEfficiency.Core.Devices;

namespace LlmEfficiency.Benchmarks.Training;

/// <summary>
/// Measures training steps beside the matrix products they are made of and beside TorchSharp alone, all in one run. A step takes
/// seconds and warms up in one, so that BenchmarkDotNet's many invocations would take hours and its separate processes would lose the pairing.
/// </summary>
internal static class TrainingThroughput
{
    private static readonly string[] Precisions = ["fp32", "bf16"];

    /// <summary>Measures, prints and keeps the tables, unless only a part was asked for.</summary>
    /// <param name="arguments">The command line behind <c>training</c>.</param>
    public static int Measure(string[] arguments)
    {
        if (TrainingOptions.Parse(arguments) is not { } options)
        {
            Console.Error.WriteLine(TrainingOptions.Usage);
            return 2;
        }

        TorchThreads.Set(options.Threads);
        List<Measurement> all = [];
        foreach (var size in options.Sizes)
        {
            all.AddRange(Measure(size, options));
        }

        if (all.Count == 0)
        {
            Console.Error.WriteLine($"no contender is called {string.Join(" or ", options.Only)}");
            return 2;
        }

        var table = TrainingTable.Markdown(all, options.Threads);
        var lines = options.IsJson ? TrainingTable.Json(all, options.Threads) : table;
        foreach (var line in lines)
        {
            Console.WriteLine(line);
        }

        if (options.Size is null && options.Only.Count == 0)
        {
            Directory.CreateDirectory(MachineConfig.ResultFolder);
            File.WriteAllLines(Path.Join(MachineConfig.ResultFolder, "training.md"), table);
            File.WriteAllLines(Path.Join(MachineConfig.ResultFolder, "training.csv"), TrainingTable.Csv(all, options.Threads));
        }

        return 0;
    }

    private static IReadOnlyList<Measurement> Measure(TrainingSize size, TrainingOptions options)
    {
        List<IContender> contenders = [];
        try
        {
            var makers = Makers(size, options.Threads).Where(one => options.Only.Count == 0 || options.Only.Contains(one.Name));
            contenders.AddRange(makers.Select(one => one.Make()));
            return Interleaving.Measure(size.Name, contenders, options);
        }
        finally
        {
            contenders.ForEach(contender => contender.Dispose());
        }
    }

    private static IEnumerable<(string Name, Func<IContender> Make)> Makers(TrainingSize size, int threads)
    {
        int?[] shards = [null, .. size.OtherShards];
        var trainers =
            from count in shards
            from precision in Precisions
            select (TrainerContender.NameOf(precision, count), (Func<IContender>)(() => new TrainerContender(size, precision, count, threads)));
        return [.. ProductContender.Of(size), .. trainers, (PlainContender.PlainName, () => new PlainContender(size))];
    }
}
