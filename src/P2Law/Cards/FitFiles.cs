using System.Text.Encodings.Web;
using System.Text.Json;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.P2Law.Laws;

namespace LlmEfficiency.P2Law.Cards;

/// <summary>Reads and writes fits.</summary>
public static class FitFiles
{
    private const int MaxBytes = 256 << 20;

    /// <summary>Reads fits.</summary>
    /// <exception cref="LlmEfficiencyException">The file cannot be read or holds no fits.</exception>
    public static FitFile Read(string path)
    {
        using var file = MappedFile.Open(path);
        using var json = StrictJson.Parse(file, MaxBytes);
        return Read(path, json.RootElement);
    }

    /// <summary>Reads fits that are in memory.</summary>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="content">UTF-8 JSON.</param>
    /// <exception cref="LlmEfficiencyException">It holds no fits.</exception>
    public static FitFile Parse(string name, ReadOnlyMemory<byte> content)
    {
        using var json = StrictJson.Parse(name, content);
        return Read(name, json.RootElement);
    }

    /// <summary>Writes fits, whole or not at all.</summary>
    /// <exception cref="LlmEfficiencyException">The disk is full or the folder cannot be written.</exception>
    public static void Save(FitFile fits, string path) => AtomicFile.WriteText(path, ToJson(fits) + "\n");

    /// <summary>Returns fits as JSON on one line.</summary>
    public static string ToJson(FitFile fits)
    {
        // For people to read: nothing of it goes into HTML unescaped.
        var readable = new JsonSerializerOptions(FitFileJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        return JsonSerializer.Serialize(fits, new FitFileJson(readable).FitFile);
    }

    /// <summary>Returns fits as JSON on one line, without the repeated fits.</summary>
    public static string ToShortJson(FitFile fits) => ToJson(fits with
    {
        Fits = [.. fits.Fits.Select(fit => fit with { Bootstrap = fit.Bootstrap is { } record ? record with { Draws = null } : null })],
    });

    private static FitFile Read(string name, JsonElement json)
    {
        try
        {
            var format = json.TryGetProperty("format", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
            var version = json.TryGetProperty("version", out var number) && number.ValueKind == JsonValueKind.Number ? number.GetDouble() : 0;
            var fits = format == FitFile.FormatName && version == FitFile.CurrentVersion
                ? json.Deserialize(FitFileJson.Default.FitFile)!
                : throw Fail($"this is no file of fits of version {FitFile.CurrentVersion}: write one with 'llmeff p2 fit … --out FILE'");
            if (fits.Fits.Count == 0 || !(fits.Columns.SizeUnit > 0) || !(fits.Columns.TokenUnit > 0) || fits.Level is not (> 0 and < 1))
            {
                throw Fail("fits, units or level are missing or wrong");
            }

            return fits.Fits.Select(Problem).FirstOrDefault(problem => problem is not null) is { } problem ? throw Fail(problem) : fits;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            throw new LlmEfficiencyException(ErrorKind.Input, $"{name}: holds no fits: {problem.Message.ReplaceLineEndings(" ")}", problem);
        }

        LlmEfficiencyException Fail(string problem) => new(ErrorKind.Input, $"{name}: {problem}");
    }

    private static string? Problem(FitCard? fit)
    {
        if (fit is null || LawList.All.FirstOrDefault(law => law.Description.Name == fit.Law)?.Description is not { } law)
        {
            return $"'{fit?.Law}' is no law of this llmeff";
        }

        string[] names = [.. law.Parameters.Select(parameter => parameter.Name)];
        if (fit.Constants.Contains(null!) || !fit.Constants.Select(constant => constant.Name).SequenceEqual(names))
        {
            return $"the law {law.Name} has the constants {string.Join(", ", names)}, the fit has others";
        }

        return IsWhole(fit, names.Length) ? null : $"a repeated fit or a hold-out of {law.Name} is not whole";
    }

    private static bool IsWhole(FitCard fit, int constants) =>
        fit.Bootstrap?.Draws?.All(draw => draw?.Length == constants) is not false
        && !fit.HoldOuts.Contains(null!) && fit.HoldOuts.All(held => held.Intervals?.Rows.Contains(null!) is not true) && !fit.Comparison.Contains(null!);
}
