using System.Reflection;
using System.Text.Json;
using LlmEfficiency.Core.Diagnostics;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.Core.Runs;

/// <summary>What a run was started with: enough to start it again and to tell whether another one is the same.</summary>
public sealed record RunManifest
{
    /// <summary>Gets what the run does, for example <c>train</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Gets all settings, defaults filled in: a JSON object.</summary>
    public required JsonElement Settings { get; init; }

    /// <summary>Gets the version of the program, with the commit where the build knew it.</summary>
    public required string CodeVersion { get; init; }

    /// <summary>Gets what else decides the numbers, by name: hashes of data and tokenizer, threads, element type.</summary>
    public required IReadOnlyDictionary<string, string> Fingerprints { get; init; }

    /// <summary>Gets the machine, which does not decide the numbers, by name: processor, cores, memory, system.</summary>
    public required IReadOnlyDictionary<string, string> Machine { get; init; }

    /// <summary>Gets when the run began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Gets the version of this program.</summary>
    public static string CurrentVersion { get; } =
        typeof(RunManifest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Describes a run that begins now, on this machine, with this program.</summary>
    /// <param name="kind">What it does.</param>
    /// <param name="settings">All settings: a JSON object.</param>
    /// <param name="fingerprints">What else decides the numbers.</param>
    /// <param name="time">The clock.</param>
    public static RunManifest Describe(
        string kind, JsonElement settings, IReadOnlyDictionary<string, string> fingerprints, TimeProvider time) => new()
        {
            Kind = kind,
            Settings = settings.Clone(),
            CodeVersion = CurrentVersion,
            Fingerprints = fingerprints,
            Machine = MachineFacts(),
            Started = time.GetUtcNow(),
        };

    /// <summary>Reads a manifest.</summary>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="json">Its content.</param>
    /// <exception cref="LlmEfficiencyException">It is no description of a run.</exception>
    public static RunManifest Parse(string name, ReadOnlyMemory<byte> json)
    {
        using var document = StrictJson.Parse(name, json);
        return RunManifestJson.Read(name, document.RootElement);
    }

    /// <summary>Returns the manifest as it is stored.</summary>
    public byte[] ToJson() => RunManifestJson.Write(this);

    /// <summary>
    /// Compares what decides the numbers: kind, settings, code version and fingerprints, not machine and start.
    /// </summary>
    public IReadOnlyList<ManifestDifference> Differences(RunManifest other)
    {
        var (mine, others) = (Leaves(), other.Leaves());
        return [.. mine.Keys.Union(others.Keys)
            .Select(key => new ManifestDifference(key, mine.GetValueOrDefault(key), others.GetValueOrDefault(key)))
            .Where(pair => pair.Mine != pair.Other)
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)];
    }

    private static Dictionary<string, string> MachineFacts()
    {
        var host = HostFacts.Collect();
        return new Dictionary<string, string>
        {
            ["system"] = host.OperatingSystem,
            ["architecture"] = host.Architecture,
            ["runtime"] = host.Runtime,
            ["processor"] = host.Processor,
            ["features"] = string.Join(' ', host.Features),
            ["logical_cores"] = $"{host.LogicalCores}",
            ["physical_cores"] = $"{host.PhysicalCores}",
            ["memory_bytes"] = $"{host.MemoryBytes}",
        };
    }

    private OrderedDictionary<string, string> Leaves()
    {
        var leaves = new OrderedDictionary<string, string>
        {
            ["kind"] = JsonSerializer.Serialize(Kind, RunManifestJson.Default.String),
            ["code_version"] = JsonSerializer.Serialize(CodeVersion, RunManifestJson.Default.String),
        };
        foreach (var (name, value) in JsonLeaves.Of(Settings, "settings"))
        {
            leaves[name] = value;
        }

        foreach (var (name, value) in Fingerprints)
        {
            leaves[$"fingerprints.{name}"] = JsonSerializer.Serialize(value, RunManifestJson.Default.String);
        }

        return leaves;
    }
}
