using System.Globalization;
using LlmEfficiency.Core.Tasks.Words;

namespace LlmEfficiency.Core.Tasks.Editing;

/// <summary>Renames a field of a JSON record.</summary>
internal static class RecordEdits
{
    private static readonly string[] Fields =
    [
        "name", "age", "city", "color", "size", "price", "count", "owner", "title", "author", "year", "email", "phone",
        "street", "country", "weight", "height", "width", "status", "level", "score", "kind", "code", "date", "time",
        "speed", "team", "room", "floor", "brand", "model", "label", "rank", "total", "active", "ready", "open",
        "index",
        "unit", "amount", "source", "target", "group", "user", "path", "host", "port", "mode", "id", "animal",
    ];

    private static readonly string[] Wordings =
    [
        "Rename the field \"{0}\" to \"{1}\" in this JSON", "Rename \"{0}\" to \"{1}\" in this record",
        "Change the key \"{0}\" to \"{1}\" in the JSON below", "In this JSON, call the field \"{0}\" \"{1}\" instead",
        "Replace the key \"{0}\" with \"{1}\"", "Give the field \"{0}\" the new name \"{1}\"",
    ];

    /// <summary>Makes a record of 4 to 8 fields, one of which may hold a record, and its renamed copy.</summary>
    public static TaskExample Make(TaskRandom random)
    {
        var names = FieldNames(random, random.Between(5, 9));
        var (fields, added) = (names.Take(names.Count - 1).ToList(), names[^1]);
        var nestedCount = fields.Count > 4 && random.Chance(0.35) ? random.Between(2, 3) : 0;
        var (isWide, values) = (random.Chance(0.5), fields.Select(field => Value(random)).ToList());
        var holder = nestedCount > 0 ? fields[fields.Count - nestedCount - 1] : null;
        var old = random.Pick(fields.Where(field => field != holder).ToList());
        var renamed = fields.Select(field => field == old ? added : field).ToList();
        return EditExample.Of(
            "json-rename",
            string.Format(null, random.Pick(Wordings), old, added),
            Write(fields, values, nestedCount, isWide),
            Write(renamed, values, nestedCount, isWide));
    }

    private static IReadOnlyList<string> FieldNames(TaskRandom random, int count)
    {
        var names = random.Sample(Fields, count).ToArray();
        for (var index = 0; index < names.Length; index++)
        {
            if (random.Chance(0.25))
            {
                names[index] = random.Chance(0.5)
                    ? $"{names[index]}_{random.Pick(Things.Colours)}"
                    : Invented.Word(random);
            }
        }

        return names.Distinct().Count() == count ? names : FieldNames(random, count);
    }

    private static string Value(TaskRandom random) => random.Next(8) switch
    {
        0 => random.Chance(0.5) ? "true" : "false",
        1 or 2 => random.Between(0, 999).ToString(CultureInfo.InvariantCulture),
        3 => $"\"{random.Pick(Names.All)}\"",
        4 => $"\"{random.Pick(Things.Adjectives)} {random.Pick(Things.Toys)}\"",
        5 => $"\"{Invented.Code(random)}\"",
        6 => $"\"{Invented.Word(random)}\"",
        _ => $"\"{random.Pick(Things.Places)}\"",
    };

    /// <summary>Writes the fields; the last ones are the record in the value of the field before them.</summary>
    private static string Write(List<string> fields, List<string> values, int nestedCount, bool isWide)
    {
        var outer = fields.Count - nestedCount;
        var entries = Enumerable.Range(0, outer).Select(index => $"\"{fields[index]}\": {values[index]}").ToList();
        if (nestedCount > 0)
        {
            var inner = Enumerable.Range(outer, nestedCount).Select(index => $"\"{fields[index]}\": {values[index]}");
            entries[^1] = $"\"{fields[outer - 1]}\": " + Braces(inner, isWide ? "    " : null, "  ");
        }

        return Braces(entries, isWide ? "  " : null, "");
    }

    private static string Braces(IEnumerable<string> entries, string? indent, string outer) => indent is null
        ? "{" + string.Join(", ", entries) + "}"
        : "{\n" + string.Join(",\n", entries.Select(entry => indent + entry)) + "\n" + outer + "}";
}
