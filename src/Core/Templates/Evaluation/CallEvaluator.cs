using LlmEfficiency.Core.Templates.Syntax;
using LlmEfficiency.Core.Templates.Values;

namespace LlmEfficiency.Core.Templates.Evaluation;

/// <summary>Computes calls, filters and tests.</summary>
internal sealed class CallEvaluator(RenderContext context, Evaluator evaluator)
{
    public object? Call(Expression.Call call, Scope scope)
    {
        if (call.Target is Expression.Member method)
        {
            var target = evaluator.Value(method.Target, scope);
            var arguments = Arguments(call.Arguments, scope);
            context.At = call.Offset;
            return Methods.TryCall(context, target, method.Name, arguments, out var result)
                ? result
                : Invoke(Members.Get(context, target, method.Name), $"{ValueTraits.TypeName(target)}.{method.Name}", arguments);
        }

        var function = evaluator.Value(call.Target, scope);
        return Invoke(function, ValueTraits.TypeName(function), Arguments(call.Arguments, scope));
    }

    private object? Invoke(object? function, string name, CallArguments arguments) =>
        function is JinjaFunction callable
            ? callable.Invoke(arguments)
            : throw context.Fail($"{name} cannot be called here");

    public object? Filter(Expression.Filter filter, Scope scope)
    {
        var value = evaluator.Value(filter.Target, scope);
        var arguments = Arguments(filter.Arguments, scope);
        context.At = filter.Offset;
        return Filters.Apply(context, filter.Name, value, arguments);
    }

    public bool Test(Expression.Test test, Scope scope)
    {
        var value = evaluator.Value(test.Target, scope);
        var arguments = Arguments(test.Arguments, scope);
        context.At = test.Offset;
        return Tests.Holds(context, test.Name, value, arguments);
    }

    private CallArguments Arguments(Arguments arguments, Scope scope)
    {
        if (arguments.Positional.Count == 0 && arguments.Named.Count == 0)
        {
            return CallArguments.None;
        }

        var named = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in arguments.Named)
        {
            named[name] = evaluator.Value(value, scope);
        }

        return new CallArguments([.. arguments.Positional.Select(argument => evaluator.Value(argument, scope))], named);
    }
}
