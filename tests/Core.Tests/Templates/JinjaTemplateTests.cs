using System.Text.Json;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Templates.Values;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Templates;

public sealed class JinjaTemplateTests
{
    [Fact]
    public void Prints_what_the_reference_implementation_prints()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Join(Repository.Root, "tests", "Golden", "chat_templates.json")));
        var variables = (JinjaMap)JsonValues.From(golden.RootElement.GetProperty("variables"))!;
        var differences = new List<string>();
        foreach (var item in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            var (source, expected) = (item.GetProperty("template").GetString()!, item.GetProperty("expected").GetString()!);
            var text = Render(source, variables);
            if (text != expected)
            {
                differences.Add($"{source}\n  expected {JsonSerializer.Serialize(expected)}\n  found    {JsonSerializer.Serialize(text)}");
            }
        }

        Assert.True(differences.Count == 0, string.Join("\n", differences));
    }

    private static string Render(string source, JinjaMap variables)
    {
        try
        {
            return JinjaTemplate.Parse("test", source).Render(variables, null, RenderLimits.Default).Text;
        }
        catch (LlmEfficiencyException problem)
        {
            return problem.Message;
        }
    }
}
