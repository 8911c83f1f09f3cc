using System.Text;
using System.Text.Json;
using LlmEfficiency.SamDecoding.Drafting;

namespace LlmEfficiency.SamDecoding.Replay;

/// <summary>What several drafters do on the same recorded answers.</summary>
/// <param name="Drafters">A report a drafter.</param>
/// <param name="Notes">What a reader should know of them.</param>
public sealed record ReplayReports(IReadOnlyList<ReplayReport> Drafters, IReadOnlyList<string> Notes)
{
    /// <summary>Returns what a reader should know: which drafters cannot use the indexes that were given.</summary>
    /// <param name="entries">The drafters.</param>
    /// <param name="indexes">How many indexes were given.</param>
    public static IReadOnlyList<string> NotesOn(IReadOnlyList<DrafterEntry> entries, int indexes)
    {
        ArgumentNullException.ThrowIfNull(entries);
        string[] without = [.. entries.Where(entry => !entry.UsesIndexes).Select(entry => entry.Name)];
        return indexes == 0 || without.Length == 0
            ? []
            : [$"--index is of no use to {string.Join(", ", without)}, which drafted without it"];
    }

    /// <summary>Returns <c>{"drafters":[{"name","mat","rowsPerStep","steps","tokens","categories":{…}}],"notes":[…]}</c>.</summary>
    public string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("drafters");
            foreach (var drafter in Drafters)
            {
                json.WriteStartObject();
                json.WriteString("name", drafter.Name);
                json.WriteNumber("mat", drafter.Mat);
                json.WriteNumber("rowsPerStep", drafter.RowsPerStep);
                json.WriteNumber("steps", drafter.Steps);
                json.WriteNumber("tokens", drafter.Tokens);
                json.WriteStartObject("categories");
                foreach (var (category, mat) in drafter.Categories)
                {
                    json.WriteNumber(category, mat);
                }

                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("notes");
            foreach (var note in Notes)
            {
                json.WriteStringValue(note);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
