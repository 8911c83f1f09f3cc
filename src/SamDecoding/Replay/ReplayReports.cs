using System.Text;
using System.Text.Json;

namespace LlmEfficiency.SamDecoding.Replay;

/// <summary>What several drafters do on the same recorded answers.</summary>
/// <param name="Drafters">A report a drafter.</param>
public sealed record ReplayReports(IReadOnlyList<ReplayReport> Drafters)
{
    /// <summary>Returns <c>{"drafters":[{"name","mat","rowsPerStep","steps","tokens","categories":{…}}]}</c>.</summary>
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
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
