using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace LlmEfficiency.SparseRL.Rewards;

/// <summary>What is said to a program that computes rewards, and what it answers: a line of JSON each.</summary>
/// <param name="Id">Which response is meant.</param>
/// <param name="Reward">The number.</param>
/// <param name="Problem">What is wrong with the answer; null if nothing is.</param>
internal readonly record struct RewardLine(long Id, double Reward, string? Problem)
{
    private const int Shown = 200;
    private static readonly JsonWriterOptions Layout = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Returns the line that asks for a reward, its end included.</summary>
    public static byte[] Write(long id, RewardRequest request)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Layout))
        {
            writer.WriteStartObject();
            writer.WriteNumber("id", id);
            writer.WriteString("question", request.Prompt.Question);
            writer.WriteString("reference", request.Prompt.Reference);
            writer.WriteString("response", request.Response);
            writer.WriteNumber("tokens", request.ResponseIds.Count);
            writer.WriteString("finish", JsonNamingPolicy.SnakeCaseLower.ConvertName(request.Finish.ToString()));
            writer.WriteString("kind", request.Prompt.Kind);
            writer.WriteString("place", request.Prompt.Place);
            writer.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    /// <summary>Reads an answer.</summary>
    public static RewardLine Read(byte[] line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("id", out var id)
                || id.ValueKind != JsonValueKind.Number || !id.TryGetInt64(out var number))
            {
                return Wrong(line, "has no whole number 'id'");
            }

            if (root.TryGetProperty("error", out var error))
            {
                return Wrong(line, string.Create(CultureInfo.InvariantCulture, $"tells an error: {error}"));
            }

            return root.TryGetProperty("reward", out var reward) && reward.ValueKind == JsonValueKind.Number
                && reward.TryGetDouble(out var value) && double.IsFinite(value)
                    ? new RewardLine(number, value, null)
                    : Wrong(line, "has no finite number 'reward'");
        }
        catch (JsonException)
        {
            return Wrong(line, "is no JSON");
        }
    }

    private static RewardLine Wrong(byte[] line, string why)
    {
        var text = Encoding.UTF8.GetString(line.AsSpan(0, Math.Min(line.Length, Shown)));
        return new RewardLine(0, 0, $"its answer '{text}' {why}");
    }
}
