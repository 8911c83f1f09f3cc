using LlmEfficiency.Core.Templates.Syntax;
using LlmEfficiency.Core.Templates.Values;

namespace LlmEfficiency.Core.Templates.Evaluation;

/// <summary>Computes expressions.</summary>
internal sealed class Evaluator
{
    private readonly RenderContext _context;
    private readonly CallEvaluator _calls;

    public Evaluator(RenderContext context) => (_context, _calls) = (context, new CallEvaluator(context, this));

    public object? Value(Expression expression, Scope scope)
    {
        _context.At = expression.Offset;
        _context.Enter();
        var value = expression switch
        {
            Expression.Literal literal => literal.Value,
            Expression.Variable variable => scope.TryGet(variable.Name, out var found) ? found : new Undefined(variable.Name),
            Expression.Member member => Members.Get(_context, Value(member.Target, scope), member.Name),
            Expression.Item item => Members.Item(_context, Value(item.Target, scope), Value(item.Key, scope)),
            Expression.Call call => _calls.Call(call, scope),
            Expression.Filter filter => _calls.Filter(filter, scope),
            Expression.Test test => _calls.Test(test, scope),
            _ => Combined(expression, scope),
        };
        _context.Leave();
        return value;
    }

    public bool IsTrue(Expression expression, Scope scope) => ValueTraits.IsTrue(Value(expression, scope));

    private object? Combined(Expression expression, Scope scope) => expression switch
    {
        Expression.Unary unary => Operators.Unary(_context, unary.Operator, Value(unary.Operand, scope)),
        Expression.Binary binary =>
            Operators.Binary(_context, binary.Operator, Value(binary.Left, scope), Value(binary.Right, scope)),
        Expression.Logic logic => Logic(logic, scope),
        Expression.Comparison comparison => Comparison(comparison, scope),
        Expression.Conditional conditional => IsTrue(conditional.Condition, scope) ? Value(conditional.Then, scope)
            : conditional.Else is null ? new Undefined("else") : Value(conditional.Else, scope),
        Expression.Slice slice => Sequences.Slice(
            _context,
            Value(slice.Target, scope),
            Bound(slice.Start, scope),
            Bound(slice.Stop, scope),
            Bound(slice.Step, scope) ?? 1),
        Expression.ListOf list => list.Items.Select(item => Value(item, scope)).ToList(),
        Expression.MapOf map => Map(map, scope),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private object? Logic(Expression.Logic logic, Scope scope)
    {
        var left = Value(logic.Left, scope);
        return ValueTraits.IsTrue(left) == logic.IsAnd ? Value(logic.Right, scope) : left;
    }

    private bool Comparison(Expression.Comparison comparison, Scope scope)
    {
        var left = Value(comparison.First, scope);
        foreach (var (sign, expression) in comparison.Rest)
        {
            var right = Value(expression, scope);
            if (!Compare(sign, left, right))
            {
                return false;
            }

            left = right;
        }

        return true;
    }

    private bool Compare(string sign, object? left, object? right) => sign switch
    {
        "==" => ValueTraits.Equal(_context, left, right),
        "!=" => !ValueTraits.Equal(_context, left, right),
        "in" => ValueTraits.Contains(_context, right, left),
        "not in" => !ValueTraits.Contains(_context, right, left),
        "<" => ValueTraits.Compare(_context, left, right) < 0,
        "<=" => ValueTraits.Compare(_context, left, right) <= 0,
        ">" => ValueTraits.Compare(_context, left, right) > 0,
        _ => ValueTraits.Compare(_context, left, right) >= 0,
    };

    private JinjaMap Map(Expression.MapOf map, Scope scope)
    {
        var result = new JinjaMap();
        foreach (var (key, value) in map.Entries)
        {
            result.Set(
                Value(key, scope) as JinjaText ?? throw _context.Fail("the keys of a map must be strings"), Value(value, scope));
        }

        return result;
    }

    private long? Bound(Expression? expression, Scope scope) => (expression is null ? null : Value(expression, scope)) switch
    {
        null => null,
        long bound => bound,
        var other => throw _context.Fail($"the bounds of a slice must be integers, not {ValueTraits.TypeName(other)}"),
    };
}
