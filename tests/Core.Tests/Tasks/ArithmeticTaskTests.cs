using System.Globalization;
using System.Text.RegularExpressions;
using LlmEfficiency.Core.Tasks;
using LlmEfficiency.Core.Tasks.Arithmetic;
using Xunit;

namespace LlmEfficiency.Core.Tests.Tasks;

public sealed class ArithmeticTaskTests
{
    private const int Count = 3000;

    private static readonly Lazy<List<TaskExample>> All =
        new(() => TaskExamples.Of(new ArithmeticTask(), Count).ToList());

    [Fact]
    public void Every_equation_holds_and_uses_only_numbers_that_are_known()
    {
        foreach (var example in All.Value)
        {
            // What animals' legs, ways there and back, and ages of two people need beside the numbers of the prompt.
            var known = Numbers(TaskExamples.Prompt(example)).Concat([2, 4]).ToHashSet();
            var equations = TaskExamples.Pattern(@"(?<a>\d+) (?<sign>[-+*/]) (?<b>\d+) = (?<result>\d+)")
                .Matches(TaskExamples.Response(example));
            Assert.InRange(equations.Count, 2, 6);
            foreach (Match equation in equations)
            {
                var (a, b, result) = (Value(equation, "a"), Value(equation, "b"), Value(equation, "result"));
                Assert.Contains(a, known);
                Assert.Contains(b, known);
                Assert.Equal(Apply(a, equation.Groups["sign"].Value[0], b), result);
                Assert.InRange(result, 1, 9999);
                known.Add(result);
            }

            Assert.Equal(example.Answer, equations[^1].Groups["result"].Value);
        }
    }

    [Fact]
    public void A_chain_of_the_prompt_gives_the_answer()
    {
        foreach (var example in Examples("chain"))
        {
            var orders = TaskExamples.Pattern(@"(?<verb>Add|Subtract|Multiply by|Divide by) (?<operand>\d+)\.")
                .Matches(TaskExamples.Prompt(example));
            var value = Numbers(TaskExamples.Prompt(example))[0];
            Assert.InRange(orders.Count, 3, 6);
            foreach (Match order in orders)
            {
                var verb = order.Groups["verb"].Value;
                var sign = verb switch { "Add" => '+', "Subtract" => '-', "Multiply by" => '*', _ => '/' };
                value = Apply(value, sign, Value(order, "operand"));
            }

            Assert.Equal(example.Answer, value.ToString(CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public void A_chain_has_as_many_operations_as_asked()
    {
        var task = TaskList.Find("arithmetic:kind=chain:steps=9");
        for (var index = 0; index < 50; index++)
        {
            var example = task.Make(new TaskRandom(1, 0, index));
            Assert.Equal(9, TaskExamples.Response(example).Count(letter => letter == '='));
            Assert.True(task.IsCorrect(example, TaskExamples.Response(example)));
        }
    }

    [Fact]
    public void An_expression_of_the_prompt_and_every_rest_of_it_give_the_answer()
    {
        foreach (var example in Examples("expression"))
        {
            var expected = int.Parse(example.Answer, CultureInfo.InvariantCulture);
            var expression = TaskExamples.Pattern(@"[(\d][-+*/() \d]*[)\d]").Match(TaskExamples.Prompt(example)).Value;
            Assert.Equal(expected, Evaluate(expression));
            var rests = TaskExamples.Pattern(@"This leaves (?<rest>[^.]+)\.").Matches(TaskExamples.Response(example));
            Assert.Equal(2, rests.Count);
            Assert.All(rests, rest => Assert.Equal(expected, Evaluate(rest.Groups["rest"].Value)));
        }
    }

    [Fact]
    public void Answers_have_60_to_200_tokens_and_end_with_the_number()
    {
        foreach (var example in All.Value)
        {
            var response = TaskExamples.Response(example);
            Assert.InRange(TaskExamples.Tokens(response), 60, 200);
            Assert.EndsWith($". The answer is {example.Answer}.", response, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Only_the_right_last_number_is_correct()
    {
        var task = new ArithmeticTask();
        var example = TaskExamples.Of(task, 1).Single();
        var answer = int.Parse(example.Answer, CultureInfo.InvariantCulture);
        Assert.True(task.IsCorrect(example, $"The answer is 0. No, the answer is {answer}."));
        Assert.True(task.IsCorrect(example, $"the answer is {answer}\n"));
        string[] wrong =
        [
            $"The answer is {answer + 1}.", $"The answer is {answer}5.", $"The answer is {answer}.5.",
            $"The answer is -{answer}.", $"The answer is {answer}. The answer is {answer + 2}.", $"{answer}",
            "The answer is", $"The answer is {answer} or so.",
        ];
        Assert.All(wrong, response => Assert.False(task.IsCorrect(example, response)));
    }

    [Fact]
    public void Word_problems_come_from_at_least_twenty_scenarios()
    {
        var scenarios = Examples("word-problem").CountBy(example => example.Key.Split('|')[1]).ToList();
        Assert.InRange(scenarios.Count, 20, 40);
        Assert.All(scenarios, scenario => Assert.InRange(scenario.Value, 20, Count / 10));
    }

    [Fact]
    public void Hard_problems_have_larger_numbers()
    {
        Assert.InRange(Size(1.0), 2 * Size(0.0), 100 * Size(0.0));
        static double Size(double hardShare) => TaskExamples.Of(new ArithmeticTask(hardShare), 500)
            .Average(example => int.Parse(example.Answer, CultureInfo.InvariantCulture));
    }

    private static IEnumerable<TaskExample> Examples(string kind) =>
        All.Value.Where(example => example.Kind == kind);

    private static List<int> Numbers(string text) => TaskExamples.Pattern(@"\d+").Matches(text)
        .Select(match => int.Parse(match.Value, CultureInfo.InvariantCulture)).ToList();

    private static int Value(Match match, string group) =>
        int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    private static int Apply(int a, char sign, int b)
    {
        Assert.False(sign == '/' && a % b != 0);
        return sign switch { '+' => a + b, '-' => a - b, '*' => a * b, _ => a / b };
    }

    /// <summary>Recursive descent: a sum of products of numbers and brackets.</summary>
    private static int Evaluate(string expression)
    {
        var (rest, at) = (expression.Replace(" ", "", StringComparison.Ordinal) + "$", 0);
        var value = Sum();
        Assert.Equal('$', rest[at]);
        return value;

        int Sum()
        {
            var sum = Product();
            while (rest[at] is '+' or '-')
            {
                sum = Apply(sum, rest[at++], Product());
            }

            return sum;
        }

        int Product()
        {
            var product = Unit();
            while (rest[at] is '*' or '/')
            {
                product = Apply(product, rest[at++], Unit());
            }

            return product;
        }

        int Unit()
        {
            if (rest[at] == '(')
            {
                at++;
                var inner = Sum();
                at++;
                return inner;
            }

            var start = at;
            while (char.IsAsciiDigit(rest[at]))
            {
                at++;
            }

            return int.Parse(rest[start..at], CultureInfo.InvariantCulture);
        }
    }
}
