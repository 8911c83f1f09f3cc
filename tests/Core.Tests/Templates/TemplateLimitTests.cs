using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Fuzz;
using LlmEfficiency.Fuzz.Targets;
using Xunit;

namespace LlmEfficiency.Core.Tests.Templates;

public sealed class TemplateLimitTests
{
    private static readonly ChatRequest Hello = new([new ChatMessage("user", "Hello")]);

    [Theory]
    [InlineData("{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}", "steps")]
    [InlineData("{{ range(999999999) | length }}", "steps")]
    [InlineData("{{ 'a' * 99999999 }}", "repetition")]
    [InlineData("{{ [0] * 99999999 }}", "repetition")]
    [InlineData("{% set n = namespace(t='ab') %}{% for i in range(99) %}{% set n.t = n.t ~ n.t %}{% endfor %}", "steps|grows")]
    [InlineData("{% set n = namespace(l=[]) %}{% for i in range(9999) %}{% set n.l = [n.l] %}{% endfor %}{{ n.l }}", "nest deeper")]
    [InlineData("{% set n = namespace(l=[]) %}{% for i in range(60) %}{% set n.l = [n.l, n.l] %}{% endfor %}{{ n.l == [n.l] }}{{ n.l | tojson }}", "steps")]
    [InlineData("{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}", "nest deeper")]
    [InlineData("{{ 9223372036854775807 + 1 }}", "64 bits")]
    [InlineData("{{ -9223372036854775807 - 1 - 1 }}", "64 bits")]
    [InlineData("{{ 7 // 0 }}", "divided by 0")]
    [InlineData("{{ 7 % 0.0 }}", "divided by 0")]
    [InlineData("{{ messages.append(1) }}", "cannot be called")]
    [InlineData("{{ messages.__class__.__mro__ }}", "undefined")]
    [InlineData("{{ ''.format_map({}) }}", "cannot be called")]
    [InlineData("{{ nothing.at.all }}", "undefined")]
    [InlineData("{% set messages.x = 1 %}", "namespace")]
    [InlineData("{{ messages | sort | list }}{{ [1, 'a'] | sort }}", "order")]
    public void Refuses_what_a_template_must_not_do(string source, string problem)
    {
        var template = ChatTemplate.Parse("model", source, "", "");
        var error = Assert.Throws<MalformedFileException>(() => template.Render(Hello));
        Assert.Contains(problem.Split('|'), part => error.Message.Contains(part, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{% if x %}", 10, "endif")]
    [InlineData("ab {{ 1 + }}", 10, "value")]
    [InlineData("{{ 'abc", 3, "no end")]
    [InlineData("{# abc", 0, "no end")]
    [InlineData("{% endfor %}", 3, "no open block")]
    [InlineData("{% include 'x' %}", 3, "not known")]
    [InlineData("{% break %}", 3, "not known")]
    [InlineData("{{ (1] }}", 5, "closes nothing")]
    [InlineData("{{ 1 ; 2 }}", 5, "no meaning")]
    [InlineData("{{ 99999999999999999999 }}", 3, "64 bits")]
    public void Names_the_place_of_a_mistake(string source, long offset, string problem)
    {
        var error = Assert.Throws<MalformedFileException>(() => ChatTemplate.Parse("model", source, "", ""));
        Assert.Equal(offset, error.Offset);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("[", "]")]
    [InlineData("{'a':", "}")]
    [InlineData("not ", "")]
    [InlineData("-", "")]
    [InlineData("a[", "]")]
    [InlineData("f(", ")")]
    [InlineData("1 if 1 else ", "")]
    [InlineData("1 ** ", "")]
    [InlineData("1 + ", "")]
    [InlineData("a is in ", "")]
    public void Refuses_a_hundred_thousand_nested_expressions_without_a_crash(string open, string close)
    {
        var source = "{{ " + string.Concat(Enumerable.Repeat(open, 100_000)) + "1" + string.Concat(Enumerable.Repeat(close, 100_000)) + " }}";
        Assert.Throws<MalformedFileException>(() => ChatTemplate.Parse("model", source, "", "").Render(Hello));
    }

    [Theory]
    [InlineData("{% if 1 %}", "{% endif %}")]
    [InlineData("{% for i in [1] %}", "{% endfor %}")]
    [InlineData("{% macro f() %}", "{% endmacro %}")]
    [InlineData("{% set x %}", "{% endset %}")]
    public void Refuses_a_hundred_thousand_nested_blocks_without_a_crash(string open, string close)
    {
        var source = string.Concat(Enumerable.Repeat(open, 100_000)) + string.Concat(Enumerable.Repeat(close, 100_000));
        Assert.Throws<MalformedFileException>(() => ChatTemplate.Parse("model", source, "", ""));
    }

    [Fact]
    public void Raises_the_message_of_the_template()
    {
        var template = ChatTemplate.Parse("model", "{{ raise_exception('roles must\nalternate') }}", "", "");
        var error = Assert.Throws<LlmEfficiencyException>(() => template.Render(Hello));
        Assert.Equal(ErrorKind.Input, error.Kind);
        Assert.Contains("roles must alternate", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Survives_a_slice_of_the_fuzz_run()
    {
        var target = ChatTemplateTarget.Target;
        Assert.All(target.Seeds, target.Read);
        Assert.Empty(FuzzRun.Run(target, seed: 1, first: 0, count: 2_000).Findings);
    }
}
