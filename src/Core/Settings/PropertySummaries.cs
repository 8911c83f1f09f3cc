using System.Collections.Concurrent;
using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace LlmEfficiency.Core.Settings;

/// <summary>
/// Finds what a property means: its <see cref="DescriptionAttribute"/>, else its summary in the documentation file that
/// lies beside its assembly.
/// </summary>
internal static partial class PropertySummaries
{
    private static readonly ConcurrentDictionary<Assembly, IReadOnlyDictionary<string, string>> Files = new();

    /// <summary>Returns a sentence; empty where nobody says.</summary>
    public static string Of(JsonPropertyInfo key)
    {
        if (key.AttributeProvider is not MemberInfo { DeclaringType: { } type } member)
        {
            return "";
        }

        if (member.GetCustomAttribute<DescriptionAttribute>() is { } description)
        {
            return description.Description;
        }

        var name = type.FullName!.Replace('+', '.');
        var summaries = Files.GetOrAdd(type.Assembly, Read);
        return summaries.GetValueOrDefault($"P:{name}.{member.Name}")
            ?? summaries.GetValueOrDefault($"T:{name}/{member.Name}") // a parameter of a record
            ?? "";
    }

    private static IReadOnlyDictionary<string, string> Read(Assembly assembly)
    {
        var path = Path.Join(AppContext.BaseDirectory, $"{assembly.GetName().Name}.xml");
        try
        {
            return XDocument.Load(path).Descendants("member").SelectMany(Summaries)
                .DistinctBy(pair => pair.Key).ToDictionary(StringComparer.Ordinal);
        }
        catch (Exception problem) when (problem is IOException or XmlException or UnauthorizedAccessException)
        {
            return new Dictionary<string, string>(); // a help without sentences is still a help
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Summaries(XElement member)
    {
        var name = (string?)member.Attribute("name") ?? "";
        if (member.Element("summary") is { } summary)
        {
            yield return new(name, Sentence(summary));
        }

        foreach (var parameter in member.Elements("param"))
        {
            yield return new($"{name}/{(string?)parameter.Attribute("name")}", Sentence(parameter));
        }
    }

    private static string Sentence(XElement element)
    {
        var words = Space().Replace(string.Concat(element.Nodes().Select(Plain)), " ").Trim();
        words = words.StartsWith("Gets ", StringComparison.Ordinal) ? words["Gets ".Length..] : words;
        return words.Length == 0 ? "" : char.ToUpperInvariant(words[0]) + words[1..];
    }

    private static string Plain(XNode node) => node switch
    {
        XText text => text.Value,
        XElement element when element.Attribute("cref") is { } reference =>
            JsonNamingPolicy.SnakeCaseLower.ConvertName(reference.Value.Split('(')[0].Split('.', ':')[^1]),
        XElement element when (element.Attribute("langword") ?? element.Attribute("name")) is { } word => word.Value,
        XElement element => string.Concat(element.Nodes().Select(Plain)),
        _ => "",
    };

    [GeneratedRegex(@"\s+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Space();
}
