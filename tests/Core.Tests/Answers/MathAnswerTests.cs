using System.Text.Json;
using CsCheck;
using LlmEfficiency.Core.Answers;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Answers;

public sealed class MathAnswerTests
{
    [Theory]
    [InlineData("1/2", "0.5")]
    [InlineData("2/4", "1/2")]
    [InlineData("3", "3.0")]
    [InlineData("1,000", "1000")]
    [InlineData("1000", "1{,}000")]
    [InlineData("10,\\!080", "10080")]
    [InlineData("11,\\! 111,\\! 111,\\! 100", "11111111100")]
    [InlineData("\\frac{1}{2}", "\\dfrac12")]
    [InlineData("\\tfrac{1}{2}", ".5")]
    [InlineData("\\frac43", "4/3")]
    [InlineData("\\frac 59", "\\frac{5}{9}")]
    [InlineData("\\frac9{19}", "9/19")]
    [InlineData("-\\frac{35}{9}", "\\frac{-35}{9}")]
    [InlineData("-1/3", "\\frac{1}{-3}")]
    [InlineData("1\\frac{4}{5}", "9/5")]
    [InlineData("137 \\frac{1}{2}", "137.5")]
    [InlineData("1 4/5", "1.8")]
    [InlineData("-1\\frac{1}{2}", "-1.5")]
    [InlineData("0.\\overline{3}", "1/3")]
    [InlineData("0.1\\overline{6}", "\\frac16")]
    [InlineData("\\sqrt{8}", "2\\sqrt{2}")]
    [InlineData("\\sqrt2", "sqrt(2)")]
    [InlineData("√22", "\\sqrt{22}")]
    [InlineData("11\\sqrt2", "11 \\sqrt{2}")]
    [InlineData("\\frac{1}{\\sqrt{3}}", "\\frac{\\sqrt{3}}{3}")]
    [InlineData("\\sqrt[3]{8}", "2")]
    [InlineData("\\sqrt[3]{16}", "2\\sqrt[3]{2}")]
    [InlineData("2^{10}", "1024")]
    [InlineData("2^10", "1024")]
    [InlineData("2^3^2", "512")]
    [InlineData("10^{-3}", "0.001")]
    [InlineData("1e3", "1000")]
    [InlineData("4.5e33", "4.5 \\times 10^{33}")]
    [InlineData("1.5E-3", "0.0015")]
    [InlineData("5!", "120")]
    [InlineData("\\binom{5}{2}", "10")]
    [InlineData("10", "10\\%")]
    [InlineData("10\\%", "0.1")]
    [InlineData("12.5\\%", "12.5%")]
    [InlineData("90^\\circ", "90")]
    [InlineData("90^{\\circ}", "90°")]
    [InlineData("30^\\circ", "\\frac{\\pi}{6}")]
    [InlineData("55^\\circ", "55 \\text{ degrees}")]
    [InlineData("\\frac{270}7\\text{ degrees}", "\\frac{270}{7}")]
    [InlineData("5.4 \\text{ cents}", "5.4")]
    [InlineData("5.4 \\text{ cents}", "5.4 cents")]
    [InlineData("15\\mbox{ cm}^2", "15")]
    [InlineData("15\\mbox{ cm}^2", "15 cm^2")]
    [InlineData("864 \\mbox{ inches}^2", "864 \\text{ inches}^{2}")]
    [InlineData("300 \\mathrm{~km} / \\mathrm{s}", "300")]
    [InlineData("12 inches", "12")]
    [InlineData("5 cm", "5 centimeters")]
    [InlineData("12 apples", "12")]
    [InlineData("\\$36", "36")]
    [InlineData("\\$32,\\!348", "$32,348")]
    [InlineData("\\$18.90", "18.9")]
    [InlineData("x=5", "5")]
    [InlineData("x = 5", "5 = x")]
    [InlineData("y = 2x + 3", "2x+3")]
    [InlineData("f(x) = x^2", "x^2")]
    [InlineData("A = \\pi r^2 = 9\\pi", "9\\pi")]
    [InlineData("2+3=5", "5")]
    [InlineData("5x - 7y + 11z + 4 = 0", "7y - 5x - 11z - 4 = 0")]
    [InlineData("2x = 4", "x - 2 = 0")]
    [InlineData("\\text{east}", "east")]
    [InlineData("\\text{Evelyn}", "evelyn")]
    [InlineData("\\text{(C)}", "C")]
    [InlineData("(C)", "\\text{C}")]
    [InlineData("\\textbf{even}", "Even.")]
    [InlineData("no solution", "\\text{No solution}")]
    [InlineData("\\pi", "π")]
    [InlineData("288 \\pi", "288π")]
    [InlineData("18+2\\pi", "2(9+\\pi)")]
    [InlineData("\\frac{20000}{\\pi}", "20000/\\pi")]
    [InlineData("x+1", "1+x")]
    [InlineData("(a+5)(b+2)", "ab + 2a + 5b + 10")]
    [InlineData("(x+1)^2", "x^2+2x+1")]
    [InlineData("(x+1)^{20}", "(1+x)^{19}(x+1)")]
    [InlineData("\\frac{x^2-1}{x-1}", "x+1")]
    [InlineData("\\frac{11+9a}{20}", "\\frac{9a}{20} + \\frac{11}{20}")]
    [InlineData("5r^5", "5 \\cdot r^{5}")]
    [InlineData("6r^2-4r-24", "2(3r^2 - 2r - 12)")]
    [InlineData("\\cot x", "\\frac{\\cos x}{\\sin x}")]
    [InlineData("\\sin^2 x + \\cos^2 x", "1")]
    [InlineData("\\sin 2x", "2 \\sin x \\cos x")]
    [InlineData("\\tan^{-1} x", "\\arctan x")]
    [InlineData("\\log_2 8", "3")]
    [InlineData("\\ln 8", "3\\ln 2")]
    [InlineData("e^{-2t}", "\\exp(-2t)")]
    [InlineData("\\frac{e^{2 i t}}{(2+2 i)}", "\\frac{(1-i) e^{2it}}{4}")]
    [InlineData("6 - 5i", "-5i + 6")]
    [InlineData("(1+i)^2", "2i")]
    [InlineData("\\sqrt{-4}", "2i")]
    [InlineData("|x-1|", "|1-x|")]
    [InlineData("3|-2|", "6")]
    [InlineData("1 \\pm \\sqrt{19}", "1+\\sqrt{19}, 1-\\sqrt{19}")]
    [InlineData("3 \\pm 2 \\sqrt{2}", "x = 3 \\pm \\sqrt{8}")]
    [InlineData("\\pm 2", "-2, 2")]
    [InlineData("\\{1\\pm\\sqrt{5},-2\\}", "-2, 1-\\sqrt5, 1+\\sqrt5")]
    [InlineData("1,-2", "-2, 1")]
    [InlineData("3, 5, 7", "3, 5, and 7")]
    [InlineData("3, 5, 7", "\\{7,5,3\\}")]
    [InlineData("x = 1 \\text{ or } x = 2", "1, 2")]
    [InlineData("100, 200", "100,200")]
    [InlineData("(3, \\frac{\\pi}{2})", "\\left( 3, \\frac{\\pi}{2} \\right)")]
    [InlineData("(1,2)", "1,2")]
    [InlineData("(x,y) = (1,2)", "(1,2)")]
    [InlineData("(1,2,3)", "[1,2,3]")]
    [InlineData("(3,4]", "\\left(3, 4\\right]")]
    [InlineData("(-\\infty, 2) \\cup (3, \\infty)", "(3,\\infty)\\cup(-\\infty,2)")]
    [InlineData("x \\in [-2,7]", "[-2,7]")]
    [InlineData("-2 \\le x \\le 7", "[-2,7]")]
    [InlineData("x > 2", "(2,\\infty)")]
    [InlineData("x > 2", "2 < x")]
    [InlineData("2x > 4", "x - 2 > 0")]
    [InlineData("(5,\\infty)", "(5, +\\infty)")]
    [InlineData("\\begin{pmatrix} -1/3 \\\\ 2/3 \\end{pmatrix}", "\\begin{bmatrix} -\\frac13 \\\\ \\frac23 \\end{bmatrix}")]
    [InlineData("\\begin{pmatrix} 1 & 0 \\\\ 0 & 1 \\end{pmatrix}", "\\begin{array}{cc} 1 & 0 \\\\ 0 & 1 \\end{array}")]
    [InlineData("\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}", "(1,2)")]
    [InlineData("52_8", "52_{8}")]
    [InlineData("$5$", "\\(5\\)")]
    [InlineData("\\boxed{5}", "5.")]
    [InlineData("**5**", "5")]
    [InlineData("3:4", "3/4")]
    [InlineData("x_{1}+x_2", "x_2+x_1")]
    [InlineData("a^{1/2}", "\\sqrt{a}")]
    [InlineData("\\frac{1}{\\sqrt{2}}c", "\\frac{c\\sqrt2}{2}")]
    [InlineData("I(0) e^{-\\frac{t}{R C}}", "e^{-t/(RC)} I(0)")]
    [InlineData("y^{\\prime}+r y-r x=0", "y' + ry = rx")]
    [InlineData("025", "25")]
    [InlineData("-3./2", "-1.5")]
    [InlineData("8−3", "5")]
    public void Means_the_same(string expected, string given) => AssertVerdict(true, expected, given);

    [Theory]
    [InlineData("3", "3.1")]
    [InlineData("1/3", "0.333")]
    [InlineData("1000", "1001")]
    [InlineData("12", "1 2")]
    [InlineData("1 1/2", "11/2")]
    [InlineData("1\\frac{1}{2}", "\\frac{11}{2}")]
    [InlineData("10\\%", "1000\\%")]
    [InlineData("10\\%", "1")]
    [InlineData("5 cm", "5 m")]
    [InlineData("5 cm", "5 cm^2")]
    [InlineData("(1,2)", "(2,1)")]
    [InlineData("(1,2)", "[1,2]")]
    [InlineData("(1,2]", "[1,2)")]
    [InlineData("(1,2)", "\\{1,2\\}")]
    [InlineData("1,2", "1,2,2")]
    [InlineData("1,1,2", "1,2,2")]
    [InlineData("(100,200)", "100200")]
    [InlineData("1,0", "1,000")]
    [InlineData("1,234,5", "12345")]
    [InlineData("x=5", "y=5")]
    [InlineData("x=5", "6")]
    [InlineData("1=2", "2")]
    [InlineData("x > 2", "x < 2")]
    [InlineData("x > 2", "x \\ge 2")]
    [InlineData("x > 2", "y > 3")]
    [InlineData("\\text{east}", "\\text{west}")]
    [InlineData("\\text{east}", "teas")]
    [InlineData("no", "on")]
    [InlineData("C", "D")]
    [InlineData("x+1", "x-1")]
    [InlineData("x", "y")]
    [InlineData("x", "|x|")]
    [InlineData("\\sqrt{x^2}", "x")]
    [InlineData("x^2", "x^3")]
    [InlineData("(x+1)^{20}", "(x+1)^{21}")]
    [InlineData("\\sqrt{8}", "2\\sqrt{3}")]
    [InlineData("\\pi", "3.14159")]
    [InlineData("\\pi", "22/7")]
    [InlineData("\\sin x", "\\cos x")]
    [InlineData("2i", "-2i")]
    [InlineData("i", "1")]
    [InlineData("I(0)", "0")]
    [InlineData("1 \\pm 2", "3")]
    [InlineData("\\pm 2", "2")]
    [InlineData("52_8", "52_9")]
    [InlineData("52_8", "52")]
    [InlineData("\\infty", "-\\infty")]
    [InlineData("(2,\\infty)", "(-\\infty,2)")]
    [InlineData("\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}", "\\begin{pmatrix} 1 & 2 \\end{pmatrix}")]
    [InlineData("\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}", "\\begin{pmatrix} 2 \\\\ 1 \\end{pmatrix}")]
    [InlineData("2^{10}", "20")]
    [InlineData("1e10", "1e11")]
    [InlineData("1e-20", "2e-20")]
    [InlineData("10^{-20}\\pi", "2 \\cdot 10^{-20}\\pi")]
    [InlineData("10000000000000000000000", "10000000000000000000001")]
    [InlineData("1/0", "2/0")]
    [InlineData("", "0")]
    [InlineData("2 4", "8")]
    [InlineData("5x = 0", "5x + 1 = 0")]
    public void Means_something_else(string expected, string given) => AssertVerdict(false, expected, given);

    [Fact]
    public void A_tolerance_forgives_rounded_references()
    {
        Assert.True(MathAnswer.AreEquivalent("0.333", "1/3", 0.01));
        Assert.True(MathAnswer.AreEquivalent("4.5e33", "4.52 \\times 10^{33}", 0.01));
        Assert.True(MathAnswer.AreEquivalent("\\pi", "3.14", 0.01));
        Assert.False(MathAnswer.AreEquivalent("4.5e33", "4.6e33", 0.01));
    }

    [Theory]
    [InlineData("So \\boxed{1}, no, \\boxed{\\frac{1}{2}}. The answer is 7", "\\frac{1}{2}")]
    [InlineData("It is \\boxed{\\{1, 2\\}}", "\\{1, 2\\}")]
    [InlineData("It is \\boxed {5}", "5")]
    [InlineData("\\boxed{3} and then \\boxed{4", "3")]
    [InlineData("It is \\boxed 5", "5")]
    [InlineData("It is $\\boxed -12$.", "-12")]
    [InlineData("It is \\boxed 5.", "5")]
    [InlineData("It is \\boxed 5 or \\boxed{6}", "6")]
    [InlineData("Is it \\boxed ", null)]
    [InlineData("1 + 1 = 2\n#### 1,234\n", "1,234")]
    [InlineData("The answer is 5 apples. That was easy.", "5 apples")]
    [InlineData("**Answer:** $x = 3$ since 4", "x = 3")]
    [InlineData("Answer: 3.5", "3.5")]
    [InlineData("first $a$, then $b$ for 2", "b")]
    [InlineData("first \\(a\\), then \\(b\\)", "b")]
    [InlineData("so $$x^2$$", "x^2")]
    [InlineData("I think it is 1,234.50 or so", "1,234.50")]
    [InlineData("It falls to -3.", "-3")]
    [InlineData("x-3", "3")]
    [InlineData("in total 40%", "40%")]
    [InlineData("a half, 1/2", "1/2")]
    [InlineData("I do not know", null)]
    [InlineData("", null)]
    public void The_answer_is_found(string response, string? answer) =>
        Assert.Equal(answer, MathAnswer.Extract(response));

    [Fact]
    public void A_response_is_judged_by_its_last_answer()
    {
        Assert.True(MathAnswer.IsCorrect("1/2", "We get \\boxed{2}. No: \\boxed{0.5}."));
        Assert.False(MathAnswer.IsCorrect("2", "We get \\boxed{2}. No: \\boxed{0.5}."));
        Assert.False(MathAnswer.IsCorrect("2", "nothing"));
    }

    [Fact]
    public void Every_expression_equals_itself_however_it_is_spaced_and_bracketed() =>
        AnswerExpressions.Any.Sample(text =>
        {
            var spaced = string.Concat(
                text.Select(letter => "+-*/(),".Contains(letter) ? $" {letter} " : letter.ToString()));
            AssertVerdict(true, text, text);
            AssertVerdict(true, text, spaced);
            var sized = spaced.Replace("(", "\\left(", StringComparison.Ordinal)
                .Replace(")", "\\right)", StringComparison.Ordinal);
            AssertVerdict(true, text, sized);
            AssertVerdict(true, text, $"$\\boxed{{{text}}}$.");
        });

    [Fact]
    public void The_verdict_is_symmetric_and_knows_one_more() =>
        Gen.Select(AnswerExpressions.Any, AnswerExpressions.Any).Sample((left, right) =>
        {
            Assert.Equal(MathAnswer.AreEquivalent(left, right), MathAnswer.AreEquivalent(right, left));
            AssertVerdict(false, left, $"({left})+1");
        });

    [Fact]
    public void Whole_numbers_equal_exactly_the_fractions_that_have_their_value() =>
        Gen.Select(Gen.Int[-50, 50], Gen.Int[1, 12], Gen.Int[-50, 50], Gen.Int[1, 12]).Sample((a, b, c, d) =>
            AssertVerdict(a * d == c * b, $"\\frac{{{a}}}{{{b}}}", $"{c}/{d}"));

    [Fact]
    public void Any_text_is_judged_in_bounded_time_and_symmetrically()
    {
        string[] parts =
        [
            "\\frac", "{", "}", "(", ")", "[", "]", "\\{", "\\}", "^", "_", "9", "1,000", "x", "\\sqrt", "+", "-", "*",
            "/", "!", "%", "\\pm", "=", "<", ",", " ", "\\text{a}", "|", "\\\\", "&", "\\begin{pmatrix}", "\\end{pmatrix}",
            "\\sin", "'", "$",
            "\\", "e", "i", "\\cup", "\\circ", "\\overline", "\\binom",
        ];
        var texts = Gen.Int[0, parts.Length - 1].Select(index => parts[index]).Array[0, 30];
        Gen.Select(texts, texts).Sample((one, other) =>
        {
            var (left, right) = (string.Concat(one), string.Concat(other));
            Assert.True(MathAnswer.AreEquivalent(left, left));
            Assert.Equal(MathAnswer.AreEquivalent(left, right), MathAnswer.AreEquivalent(right, left));
            Assert.Equal(MathAnswer.AreEquivalent(left, left + " "), MathAnswer.AreEquivalent(left + " ", left));
            _ = MathAnswer.Extract(left);
        });
    }

    [Theory]
    [InlineData("9^9^9^9")]
    [InlineData("9^{9^{9^{9}}}")]
    [InlineData("1e999999")]
    [InlineData("1e99999999999")]
    [InlineData("999999999!")]
    [InlineData("300!!!")]
    [InlineData("\\binom{100000}{50000}")]
    [InlineData("(x+1)^{999999999}")]
    [InlineData("2^{0.123456789123456789}")]
    public void Huge_numbers_are_not_computed(string huge)
    {
        AssertVerdict(true, huge, huge);
        AssertVerdict(false, huge, "7");
    }

    [Fact]
    public void Long_and_deep_answers_are_compared_as_text()
    {
        foreach (var unit in new[] { "{", "(", "\\frac{", "\\sqrt{", "-", "2^", "\\boxed{", "$", "1,", "\\sin ", "|" })
        {
            foreach (var count in new[] { 100, 900, 100_000 })
            {
                var text = string.Concat(Enumerable.Repeat(unit, Math.Max(1, count / unit.Length)));
                AssertVerdict(true, text, text);
                AssertVerdict(false, text, text + "7");
                _ = MathAnswer.Extract(text);
            }
        }
    }

    [Theory]
    [InlineData("math500", "answer")]
    [InlineData("aime24", "answer")]
    [InlineData("amc23", "answer")]
    [InlineData("mawps", "target")]
    [InlineData("svamp", "Answer")]
    [InlineData("minerva_math", "solution")]
    public void Every_reference_of_the_benchmarks_equals_itself_and_not_one_more(string name, string field)
    {
        var count = 0;
        foreach (var line in File.ReadLines(SharedData.Require($"math/eval/{name}.jsonl")))
        {
            var value = JsonSerializer.Deserialize<JsonElement>(line).GetProperty(field);
            var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
            AssertReference(field == "solution" ? MathAnswer.Extract(text)! : text);
            count++;
        }

        Assert.True(count >= 30);
    }

    [Fact]
    public void Every_reference_of_the_word_problems_equals_itself_and_not_one_more()
    {
        foreach (var line in File.ReadLines(SharedData.Require("gsm8k/test.jsonl")))
        {
            AssertReference(
                MathAnswer.Extract(JsonSerializer.Deserialize<JsonElement>(line).GetProperty("answer").GetString()!)!);
        }
    }

    private static void AssertReference(string reference)
    {
        Assert.Equal(reference, MathAnswer.Extract($"So it is \\boxed{{{reference}}}."));
        AssertVerdict(true, reference, $"$\\boxed{{{reference}}}$");
        AssertVerdict(false, reference, $"{reference}+1");
    }

    private static void AssertVerdict(bool verdict, string expected, string given)
    {
        Assert.True(verdict == MathAnswer.AreEquivalent(expected, given), $"{expected} and {given}");
        Assert.True(verdict == MathAnswer.AreEquivalent(given, expected), $"{given} and {expected}");
    }
}
