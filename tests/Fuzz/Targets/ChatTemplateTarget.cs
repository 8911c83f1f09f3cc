using System.Text;
using System.Text.Json;
using LlmEfficiency.Core.Templates;

namespace LlmEfficiency.Fuzz.Targets;

/// <summary>Parses and renders mutated chat templates.</summary>
public static class ChatTemplateTarget
{
    private static readonly string[] Seeds =
    [
        "{{ bos_token }}{% for m in messages %}<|{{ m.role }}|>{{ m['content'] | trim }}{% if not loop.last %}\n{% endif %}{% endfor %}",
        "{%- set ns = namespace(n=0, t='') -%}{% for m in messages[::-1] %}{% set ns.n = ns.n + loop.index %}{% set ns.t = ns.t ~ m.content * 2 %}"
            + "{% endfor %}{{ ns.n }}{{ ns.t[1:-1] }}",
        "{% macro f(x, y='a') %}{{ x }}{{ y }}{% if x > 0 %}{{ f(x - 1, y) }}{% endif %}{% endmacro %}{{ f(5) }}",
        "{% if tools is defined and tools %}{{ tools | tojson(indent=2) }}{% elif messages[0].role in ['user', 'system'] %}{{ messages "
            + "| selectattr('role', 'equalto', 'user') | map(attribute='content') | join(', ') }}{% else %}{{ raise_exception('no') }}{% endif %}",
        "{% set x %}a{{ -1.5e3 ** 2 // 7 % 3 }}{% endset %}{{ {'a': [1, (2, 3)], 'b': x}.items() | list }}{# c #}{% raw %}{{ }}{% endraw %}",
        "{% for i in range(100) %}{% if i is odd %}{% continue %}{% elif i > 50 %}{% break %}{% endif %}{{ 'x y'.split(' ')[i % 2].upper() "
            + "if i else strftime_now('%d %b %Y') }}{% endfor %}",
        "{{ ((((((((((1)))))))))) }}{{ [[[[[[[[]]]]]]]] }}{{ not not not 1 }}{{ messages | sort(attribute='role') | first | string | replace('e', 'é') | title }}",
    ];

    private static readonly string[] Words =
    [
        "{{", "}}", "{%", "%}", "{%-", "-%}", "{#", "#}", "((((((((((((((((", "[[[[[[[[[[[[[[[[", "{% if 1 %}", "{% endif %}", "{% for x in messages %}",
        "{% endfor %}", "{% set ns.t = ns.t ~ ns.t %}", "{% set ns.l = [ns.l, ns.l] %}", "range(10000000)", " * 1000000", "'a'", "\"", "|tojson", "|list", "|string",
        "not ", "- ", "loop.", ".items()", "[::-1]", "|map('upper')", "{{ f(x) }}", "9223372036854775807", "0", " ** 99", "is in ", "|indent(999)", "\\ud800",
    ];

    private static readonly ChatRequest Request = new(
    [
        new("system", "Be brief."),
        new("user", "Hi <|im_end|> \U0001f600"),
        new("assistant", "Sure.") { ToolCalls = JsonDocument.Parse("""[{"function":{"name":"sum","arguments":{"a":[1,2.5,null]}}}]""").RootElement },
    ])
    { Now = new DateTimeOffset(2024, 7, 26, 12, 0, 0, TimeSpan.Zero) };

    /// <summary>Gets the target.</summary>
    public static FuzzTarget Target { get; } = new(
        "chat-template", 100_000, [.. Seeds.Select(Encoding.UTF8.GetBytes)], Read, Words);

    private static void Read(byte[] input)
    {
        var template = ChatTemplate.Parse("fuzz", Encoding.UTF8.GetString(input), "<s>", "</s>");
        template.Render(Request);
        template.Render(Request with { Tools = Request.Messages[2].ToolCalls, AddGenerationPrompt = false });
    }
}
