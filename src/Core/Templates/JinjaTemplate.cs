using LlmEfficiency.Core.Templates.Evaluation;
using LlmEfficiency.Core.Templates.Syntax;
using LlmEfficiency.Core.Templates.Values;

namespace LlmEfficiency.Core.Templates;

/// <summary>
/// A parsed template in the part of Jinja that chat templates use. It sees numbers, strings, lists and maps, and no
/// object of the program; it cannot run longer, nest deeper or write more than <see cref="RenderLimits"/> allow.
/// </summary>
internal sealed class JinjaTemplate
{
    private readonly IReadOnlyList<Statement> _body;

    private JinjaTemplate(string name, IReadOnlyList<Statement> body) => (Name, _body) = (name, body);

    /// <summary>Gets the name for messages.</summary>
    public string Name { get; }

    /// <summary>Parses a template once, to be rendered many times, also from several threads at a time.</summary>
    public static JinjaTemplate Parse(string name, string source) => new(name, TemplateParser.Parse(name, source));

    /// <summary>Runs the template.</summary>
    /// <param name="variables">The names it sees.</param>
    /// <param name="now">The time that <c>strftime_now</c> tells; without it the function is undefined.</param>
    /// <param name="limits">What it may use up.</param>
    public RenderedPrompt Render(JinjaMap variables, DateTimeOffset? now, RenderLimits limits)
    {
        var context = new RenderContext(Name, limits);
        var scope = new Scope();
        Functions.AddTo(scope, context, now);
        foreach (var (key, value) in variables.Entries)
        {
            scope.Set(key.Value, value);
        }

        var output = new TextBuilder(context);
        new Executor(context).Run(_body, scope, output);
        return output.ToPrompt();
    }
}
