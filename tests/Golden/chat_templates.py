"""Renders small templates with Jinja2 in the settings that chat templates are written for.

    python3 tests/Golden/chat_templates.py > tests/Golden/chat_templates.json     (made with Jinja2 3.1.6)
"""

import json

from jinja2.sandbox import ImmutableSandboxedEnvironment


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


ENVIRONMENT = ImmutableSandboxedEnvironment(
    trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
)
ENVIRONMENT.filters["tojson"] = tojson

VARIABLES = {
    "bos_token": "<s>",
    "eos_token": "</s>",
    "add_generation_prompt": True,
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "  Hi <b>\"you\" & 'me'</b> \n"},
        {"role": "assistant", "content": "Größe 😀 ok", "tool_calls": [{"function": {"name": "sum", "arguments": {"a": 1, "b": [2.5, None, True]}}}]},
        {"role": "tool", "content": "3.5"},
        {"role": "user", "content": "thanks</think>bye"},
    ],
    "tools": [{"type": "function", "function": {"name": "sum", "description": "Adds \"numbers\".", "parameters": {"b": 1, "a": {}, "c": []}}}],
    "words": ["pear", "Apple", "fig", "apple", "fig"],
    "numbers": [3, 1, 2, 3],
    "nothing": None,
    "deep": {"x": {"y": [10, 20, 30]}},
    "ratio": 0.1,
    "emoji": "a😀b",
}

LAYOUTS = [
    "{% for m in messages %}\n  {% if m.role == 'user' %}\n  U:{{ m.content }}\n  {% else %}\n  O\n  {% endif %}\n{% endfor %}\nend\n",
    "a  {%- if true -%}  b  {%- endif -%}  c",
    "a\n   {%+ if true %}x{% endif +%}\n  y",
    "line\n    {# gone #}\nnext {# kept line #} here\n{#- both -#}\n  z",
    "  {{ 1 }}  {{- 2 -}}  {{ 3 }}  \n",
    "{% raw %}{{ no }} {% if %}{% endraw %}\nx{%- raw -%}  y  {%- endraw -%}  z",
    "text {{ '}}' }} {{ \"%}\" }} {{ {'a': {'b': 1}}['a']['b'] }}",
    "\n\n{{ 'a' }}\n\n\n",
    "{% if true %}\n\n{% endif %}\r\nend\r\n",
    "{ { {{ '{%' }} %} }} {%\nif true\n%}ok{%\nendif\n%}",
    "{% set x %}\n  block {{ 1 + 1 }}\n{% endset %}\n[{{ x }}]",
    "\t{% if true %}\tt{% endif %}\t\n\t{{ 1 }}",
]

EXPRESSIONS = [
    "1 + 2 * 3 - 4 // 3 % 2", "7 / 2", "-7 // 2", "-7 % 3", "7 % -3", "2 ** 10", "2 ** -1", "1.5 + 1", "10 / 5", "1e3", "1e22", "1e-7",
    "0.1 + 0.2", "123456789.125", "1_000", "-0.0", "3 * 'ab'", "'a' ~ 1 ~ none ~ true", "'a' 'b'", "[1, 2] + [3]", "[0] * 3",
    "1 < 2 <= 2 != 3", "1 == 1.0", "true == 1", "'a' < 'b'", "not 1 == 2", "1 in [1, 2]", "'x' not in 'abc'", "'b' in 'abc'",
    "'x' in deep", "'y' in deep.x", "1 and 0 or 'z'", "'' or 'default'", "none and 1", "1 if false", "1 if false else 2 if true else 3",
    "words[0]", "words[-1]", "words[1:3]", "words[::-1]", "words[::2]", "words[-2:]", "words[5:]", "words[:-1]", "words[9]", "'hello'[1:-1]", "'hello'[::-1]",
    "emoji|length", "emoji[1]", "emoji[::-1]", "deep.x.y[1]", "deep['x']['y'][2]", "deep.x.y.0", "deep.z is defined", "deep", "words", "messages[2].tool_calls",
    "words|join(', ')", "words|first", "words|last", "words|length", "words|sort|join(' ')", "words|sort(reverse=true)|join(' ')", "words|sort(case_sensitive=true)|join(' ')",
    "words|unique|join(' ')", "words|reverse|list|join(' ')", "words|map('upper')|join(' ')", "words|map('length')|list", "words|select('equalto', 'fig')|list", "words|reject('in', ['fig'])|list",
    "messages|map(attribute='role')|join(',')", "messages|map(attribute='tool_calls', default=0)|list|length", "messages|selectattr('role', 'equalto', 'user')|list|length",
    "messages|rejectattr('role', '==', 'user')|map(attribute='role')|list", "messages|selectattr('tool_calls')|list|length", "messages|selectattr('tool_calls', 'defined')|list|length",
    "numbers|sum", "numbers|min", "numbers|max", "numbers|sort", "numbers|unique|list", "numbers|reverse|list", "messages|map(attribute='role')|unique|list",
    "'  x '|trim", "'xxaxx'|trim('x')", "'hello world'|title", "'hELLO'|capitalize", "'a-b-c'|replace('-', '+')", "'a-b-c'|replace('-', '+', 1)", "'a\\nb\\n\\nc'|indent(2)", "'a\\nb'|indent(2, true)", "'a\\nb'|indent(first=true)",
    "'42'|int + 1", "'x'|int", "'x'|int(7)", "'3.7'|int", "3.9|int", "'2.5'|float", "-3|abs", "2.567|round(1)", "2.5|round", "5|string + '!'", "[1, 'a']|string", "nothing|default('d')", "nothing|default('d', true)", "missing|default('d')", "''|default('d', true)",
    "missing", "missing is undefined", "nothing is none", "nothing is not none", "words is iterable", "deep is mapping", "words is string", "'s' is string", "1 is number", "1.0 is float", "true is boolean", "true is true", "1 is true", "words is sequence", "3 is odd", "4 is even", "9 is divisibleby 3", "9 is divisibleby(2)", "1 is equalto 1", "1 is in [1]", "5 is gt 3",
    "' a b  c '.split()", "'a,b,c'.split(',')", "'a,b,c'.split(',', 1)", "'a,b,c'.rsplit(',', 1)", "' x '.strip()", "'xxyx'.lstrip('x')", "'xyxx'.rstrip('x')", "'abc'.startswith('ab')", "'abc'.endswith(('x', 'c'))", "'Abc'.upper() ~ 'Abc'.lower()", "'a b'.title()", "'aXbX'.replace('X', '-')", "'abc'.find('c')", "'a\\nb'.splitlines()", "'banana'.count('an')", "', '.join(words)",
    "deep.items()|map('join', '=')|list", "deep.keys()|list", "deep.x.values()|list", "deep.get('x')", "deep.get('q', 5)", "deep.get('q')", "deep|items|map('first')|list", "{'b': 1, 'a': 2}|dictsort|map('join', '=')|list", "dict(a=1, b='x')", "{'q': 'it\\'s', 'r': \"say \\\"x\\\"\"}",
    "tools|tojson", "tools|tojson(indent=2)", "tools[0].function.parameters|tojson(sort_keys=true)", "{'a': [1, 2]}|tojson(separators=(',', ':'))", "emoji|tojson", "messages[1].content|tojson", "ratio|tojson", "[true, none, 1.0, 1e100]|tojson", "[]|tojson(indent=4)", "{}|tojson", "'\\u00e9\\x41\\t\\\\'|tojson",
    "range(3)|list", "range(1, 10, 3)|list", "range(5, 0, -2)|list", "'<' ~ '&'", "'<b>'|e", "('a', 'b')[1]", "messages[-1]['content'].split('</think>')[-1].lstrip('b')", "(1, 2)|length", "not missing", "[missing is defined, words is defined]", "messages[0].content is defined and messages[0].content|length > 3",
    "1 - -1", "-1|abs", "- 2 ** 2", "'%' ~ 5 % 3", "[1,[2,[3]]]", "words|list|length + 1", "words|first|upper|lower", "true ~ false", "{'a': none}", "[1.0, 1e16, 123456.789e3]",
]

STATEMENTS = [
    "{% for w in words %}{{ loop.index }}/{{ loop.length }}{{ w }}{% if not loop.last %},{% endif %}{% endfor %}",
    "{% for w in words if w != 'fig' %}{{ loop.index0 }}{{ loop.first }}{{ loop.revindex }}{{ loop.revindex0 }} {% else %}none{% endfor %}",
    "{% for w in [] %}x{% else %}empty{% endfor %}",
    "{% for k, v in deep.x.items() %}{{ k }}={{ v }}{% endfor %}",
    "{% for k in deep %}{{ k }}{% endfor %}{% for c in emoji %}[{{ c }}]{% endfor %}",
    "{% for w in words %}{{ loop.previtem }}<{{ w }}>{{ loop.nextitem }} {{ loop.cycle('a', 'b') }};{% endfor %}",
    "{% for i in range(10) %}{% if i == 2 %}{% continue %}{% endif %}{% if i > 4 %}{% break %}{% endif %}{{ i }}{% endfor %}",
    "{% for i in range(2) %}{% for j in range(2) %}{{ loop.depth }}{{ i }}{{ j }}{% endfor %}{{ loop.index }}{% endfor %}",
    "{% set x = 1 %}{% for i in range(3) %}{% set x = x + 1 %}{{ x }}{% endfor %}{{ x }}",
    "{% set ns = namespace(n=0, last='') %}{% for w in words %}{% set ns.n = ns.n + 1 %}{% set ns.last = w %}{% endfor %}{{ ns.n }}{{ ns.last }}",
    "{% set a, b = [1, 2] %}{{ a }}{{ b }}{% if a %}{% set c = 5 %}{% endif %}{{ c }}",
    "{% if false %}a{% elif 0 %}b{% elif '' %}c{% else %}d{% endif %}",
    "{% macro show(x, y='!', z=none) %}{{ x }}{{ y }}{{ z is none }}{% endmacro %}{{ show(1) }}{{ show(1, y='?') }}{{ show(x=2, z=3) }}{{ show() }}",
    "{% macro fact(n) %}{% if n > 1 %}{{ n * (fact(n - 1)|int) }}{% else %}1{% endif %}{% endmacro %}{{ fact(6) }}",
    "{% macro g() %}{{ later }}{% endmacro %}{% set later = 'seen' %}{{ g() }}",
    "{% for m in messages[::-1] %}{% set i = (messages|length - 1) - loop.index0 %}{{ i }}{{ m.role }} {% endfor %}",
    "{% for m in messages if m.role == 'user' or m.role == 'tool' %}{{ m.content|trim }}|{% endfor %}",
    "{%- set sys = messages[0]['content'] if messages[0]['role'] == 'system' else '' -%}\n{{ sys }}{% set rest = messages[1:] %}{{ rest|length }}",
    "{% for t in messages[2].tool_calls %}{% set t = t.function %}{\"name\": \"{{ t.name }}\", \"arguments\": {{ t.arguments | tojson }}}{% endfor %}",
    "{% set content %}{{ messages[0].content }}{% endset %}{{ content|length }}{{ content is string }}",
]


def case(template):
    return {"template": template, "expected": ENVIRONMENT.from_string(template).render(**VARIABLES)}


cases = [case(t) for t in LAYOUTS + ["{{ " + e + " }}" for e in EXPRESSIONS] + STATEMENTS]
print(json.dumps({"variables": VARIABLES, "cases": cases}, ensure_ascii=True, indent=1))
