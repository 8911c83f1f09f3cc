using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Diagnostics;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.Core.Measuring;

/// <summary>What passes of an engine were measured to cost on this machine, kept so that speculation begins with it.</summary>
/// <param name="folder">Where the curves lie.</param>
public sealed class CostCurves(string folder)
{
    /// <summary>Gets the curves of the user; null where there is no place for them.</summary>
    public static CostCurves? OfUser => UserCache.Folder is { } cache ? new CostCurves(Path.Join(cache, "llmeff", "pass-costs")) : null;

    /// <summary>Keeps a curve in place of an earlier one.</summary>
    /// <exception cref="LlmEfficiencyException">It cannot be written.</exception>
    public void Keep(IDecodeEngine engine, DecodeMeasurement measured)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LlmEfficiencyException(ErrorKind.Disk, $"{folder}: cannot be made: {problem.Message}", problem);
        }

        AtomicFile.WriteText(PathOf(engine), JsonSerializer.Serialize(measured, MeasuringJson.Default.DecodeMeasurement));
    }

    /// <summary>Returns the costs of passes, by tokens ascending; empty where none were kept for this machine, model, engine and build of it, or they cannot be read.</summary>
    public IReadOnlyList<PassCost> Find(IDecodeEngine engine)
    {
        try
        {
            var path = PathOf(engine);
            var kept = File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllText(path), MeasuringJson.Default.DecodeMeasurement) : null;
            return [.. (kept?.VerifyCost ?? []).Where(cost => cost.Rows > 0 && cost.Milliseconds > 0).OrderBy(cost => cost.Rows).DistinctBy(cost => cost.Rows)];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or JsonException)
        {
            return [];      // it is measured while decoding, then
        }
    }

    private string PathOf(IDecodeEngine engine)
    {
        var all = $"{typeof(CostCurves).Module.ModuleVersionId}|{HostFacts.ProcessorName()}|{Environment.ProcessorCount}|{engine.Description}|{engine.Config with { EndOfSequence = [], BeginOfSequence = null }}";
        return Path.Join(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)))[..32] + ".json");
    }
}
