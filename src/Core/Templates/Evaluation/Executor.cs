using LlmEfficiency.Core.Templates.Syntax;
using LlmEfficiency.Core.Templates.Values;

namespace LlmEfficiency.Core.Templates.Evaluation;

/// <summary>Runs statements and collects what they print.</summary>
internal sealed class Executor(RenderContext context)
{
    private readonly Evaluator _evaluator = new(context);

    public Flow Run(IReadOnlyList<Statement> statements, Scope scope, TextBuilder output)
    {
        context.Enter();
        var flow = Flow.Normal;
        for (var i = 0; i < statements.Count && flow == Flow.Normal; i++)
        {
            context.At = statements[i].Offset;
            context.Step();
            flow = Run(statements[i], scope, output);
        }

        context.Leave();
        return flow;
    }

    private Flow Run(Statement statement, Scope scope, TextBuilder output)
    {
        switch (statement)
        {
            case Statement.Data data:
                output.Template(data.Text);
                return Flow.Normal;
            case Statement.Print print:
                output.Append(PythonText.Str(context, _evaluator.Value(print.Value, scope)));
                return Flow.Normal;
            case Statement.If branches:
                var taken = branches.Branches.FirstOrDefault(branch => _evaluator.IsTrue(branch.Condition, scope));
                return taken.Body is null ? Flow.Normal : Run(taken.Body, scope, output);
            case Statement.For loop:
                return Loop(loop, scope, output);
            case Statement.Set set:
                Set(set, scope);
                return Flow.Normal;
            case Statement.SetBlock block:
                var text = new TextBuilder(context);
                var flow = Run(block.Body, scope, text);
                Assign([block.Target], block.Member, text.ToText(), scope);
                return flow;
            case Statement.Macro macro:
                scope.Set(macro.Name, new JinjaFunction(macro.Name, arguments => Call(macro, arguments, scope)));
                return Flow.Normal;
            default:
                return ((Statement.Jump)statement).IsBreak ? Flow.Break : Flow.Continue;
        }
    }

    private Flow Loop(Statement.For loop, Scope scope, TextBuilder output)
    {
        var items = Sequences.Items(context, _evaluator.Value(loop.Items, scope));
        if (loop.Filter is not null)
        {
            items = [.. items.Where(item => _evaluator.IsTrue(loop.Filter, Turn(loop, item, scope, null)))];
        }

        if (items.Count == 0)
        {
            return Run(loop.Else, scope, output);
        }

        var state = new LoopState(items);
        for (; state.Index < items.Count; state.Index++)
        {
            if (Run(loop.Body, Turn(loop, items[state.Index], scope, state), output) == Flow.Break)
            {
                break;
            }
        }

        return Flow.Normal;
    }

    private Scope Turn(Statement.For loop, object? item, Scope outer, LoopState? state)
    {
        var scope = new Scope(outer);
        if (state is not null)
        {
            scope.Set("loop", state);
        }

        context.At = loop.Offset;
        Assign(loop.Targets, null, item, scope);
        return scope;
    }

    private void Set(Statement.Set set, Scope scope)
    {
        var value = _evaluator.Value(set.Value, scope);
        context.At = set.Offset;
        Assign(set.Targets, set.Member, value, scope);
    }

    private void Assign(IReadOnlyList<string> targets, string? member, object? value, Scope scope)
    {
        if (member is not null)
        {
            var map = scope.TryGet(targets[0], out var found) && found is JinjaMap { IsNamespace: true } space
                ? space
                : throw context.Fail($"'{targets[0]}' is no namespace, so its member '{member}' cannot be set");
            map.Set(member, value);
        }
        else if (targets.Count == 1)
        {
            scope.Set(targets[0], value);
        }
        else
        {
            var items = Sequences.Items(context, value);
            if (items.Count != targets.Count)
            {
                throw context.Fail($"{items.Count} values stand for {targets.Count} names");
            }

            for (var i = 0; i < items.Count; i++)
            {
                scope.Set(targets[i], items[i]);
            }
        }
    }

    private JinjaText Call(Statement.Macro macro, CallArguments arguments, Scope outer)
    {
        if (arguments.Positional.Count > macro.Parameters.Count)
        {
            throw context.Fail(
                $"the macro '{macro.Name}' takes {macro.Parameters.Count} arguments, not {arguments.Positional.Count}");
        }

        var scope = new Scope(outer);
        for (var i = 0; i < macro.Parameters.Count; i++)
        {
            var (name, otherwise) = macro.Parameters[i];
            scope.Set(name, arguments.Has(i, name) ? arguments.Get(i, name)
                : otherwise is null ? new Undefined(name) : _evaluator.Value(otherwise, scope));
        }

        var text = new TextBuilder(context);
        Run(macro.Body, scope, text);
        return text.ToText();
    }
}
