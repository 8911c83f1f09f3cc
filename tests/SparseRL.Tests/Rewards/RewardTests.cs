using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.Core.Tasks;
using LlmEfficiency.SparseRL.Prompts;
using LlmEfficiency.SparseRL.Rewards;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Rewards;

public sealed class RewardTests
{
    /// <summary>What rule-based rewards of mathematics are known to get wrong.</summary>
    [Theory]
    [InlineData("First \\boxed{3}, no, \\boxed{7}.", "7", 1)]
    [InlineData("First \\boxed{7}, no, \\boxed{3}.", "7", 0)]
    [InlineData("It is \\boxed{\\frac{1}{2}}.", "\\frac12", 1)]
    [InlineData("It is \\boxed{\\dfrac{1}{2}}.", "\\tfrac{1}{2}", 1)]
    [InlineData("It is \\boxed{0.5}.", "\\frac12", 1)]
    [InlineData("It is \\boxed{7", "7", 0)]
    [InlineData("It is \\boxed 7", "7", 1)]
    [InlineData("It is $\\boxed 7$ indeed.", "7", 1)]
    [InlineData("It is 7.", "7", 0)]
    [InlineData("#### 7", "7", 0)]
    [InlineData("", "7", 0)]
    [InlineData("\\boxed{}", "7", 0)]
    [InlineData("\\boxed{1,234}", "1234", 1)]
    [InlineData("\\boxed{x=5}", "5", 1)]
    [InlineData("\\boxed{5\\%}", "5", 1)]
    [InlineData("\\boxed{\\$18}", "18", 1)]
    [InlineData("\\boxed{12 \\text{ cm}}", "12", 1)]
    [InlineData("\\boxed{(1,2)}", "(1,2]", 0)]
    [InlineData("\\boxed{(1,2]}", "(1,2]", 1)]
    [InlineData("\\boxed{3.0001}", "3", 0)]
    public void A_boxed_answer_counts(string response, string reference, double reward) =>
        Assert.Equal(reward, Judged.Score(new MathReward(requiresBox: true), response, reference));

    [Theory]
    [InlineData("so\n#### -1,200", "-1200", 1)]
    [InlineData("so\n#### 1,200", "-1200", 0)]
    [InlineData("The answer is 7.", "7", 1)]
    [InlineData("I get 3 and then 7", "7", 1)]
    [InlineData("\\boxed{3} and then 7", "7", 0)]
    public void Without_the_box_rule_other_forms_of_an_answer_count(string response, string reference, double reward) =>
        Assert.Equal(reward, Judged.Score(new MathReward(), response, reference));

    [Fact]
    public void The_prompt_never_answers_itself()
    {
        var prompt = new RolloutPrompt([1], "Put it within \\boxed{{}}, as in \\boxed{7}", "7");
        Assert.Equal(0, new MathReward().Score([new RewardRequest(prompt, "I do not know", [1], FinishReason.StopToken)], TestContext.Current.CancellationToken)[0]);
    }

    [Fact]
    public void A_task_judges_its_own_examples_and_no_others()
    {
        var task = TaskList.Find("permutation-walk:m=3");
        var example = task.Make(new TaskRandom(1, 0, 0));
        var prompt = new RolloutPrompt([1], example.Messages![0].Content!, example.Answer) { Example = example };
        var right = example.Messages[^1].Content!;
        Assert.Equal(
            [1, 0],
            new TaskReward(task).Score([new(prompt, right, [1], FinishReason.StopToken), new(prompt, right + "4a;", [1], FinishReason.StopToken)], TestContext.Current.CancellationToken));
        var failure = Assert.Throws<LlmEfficiencyException>(() => Judged.Score(new TaskReward(task), right));
        Assert.Contains("here: question 1 is no example of task permutation-walk:m=3", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7", 1)]
    [InlineData(" 7\n", 1)]
    [InlineData("7.", 0)]
    public void Exact_is_the_whole_response(string response, double reward) =>
        Assert.Equal(reward, Judged.Score(new ExactReward(), response));

    [Theory]
    [InlineData("^a+$", "aaa", 1)]
    [InlineData("^a+$", "aab", 0)]
    [InlineData("= (?<answer>\\d+)", "3 + 4 = 7", 1)]
    [InlineData("= (?<answer>\\d+)", "1 = 7, 2 = 8", 0)]
    [InlineData("= (?<answer>\\d+)", "1 = 8, 2 = 7", 1)]
    public void A_pattern_is_searched_and_its_last_answer_compared(string pattern, string response, double reward) =>
        Assert.Equal(reward, Judged.Score(new RegexReward(pattern), response));

    [Fact]
    public void A_pattern_that_is_none_or_never_ends_is_named()
    {
        var wrong = Assert.Throws<LlmEfficiencyException>(() => new RegexReward("(a"));
        Assert.Contains("reward regex: pattern '(a'", wrong.Message, StringComparison.Ordinal);
        var slow = Assert.Throws<LlmEfficiencyException>(() => Judged.Score(new RegexReward("^(a+)+$"), new string('a', 40) + "b"));
        Assert.Contains("takes more than 1 s", slow.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ResponseForm.Boxed, "it is \\boxed{x}", 1)]
    [InlineData(ResponseForm.Boxed, "it is \\boxed{x", 0)]
    [InlineData(ResponseForm.Think, "<think>well</think> 7", 1)]
    [InlineData(ResponseForm.Think, "<think></think>7", 1)]
    [InlineData(ResponseForm.Think, "7 <think>well</think> 7", 0)]
    [InlineData(ResponseForm.Think, "<think>well</think> ", 0)]
    [InlineData(ResponseForm.Think, "<think>well 7", 0)]
    [InlineData(ResponseForm.Think, "<think><think>well</think> 7", 0)]
    [InlineData(ResponseForm.Think, "<think>a</think> 7 <think>b</think>", 0)]
    [InlineData(ResponseForm.Think, "</think>", 0)]
    public void A_form_is_there_or_not(ResponseForm form, string response, double reward) =>
        Assert.Equal(reward, Judged.Score(new FormatReward(form), response));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(10, 1)]
    [InlineData(15, 0.5)]
    [InlineData(19, 0.1)]
    [InlineData(20, 0)]
    [InlineData(500, 0)]
    public void Length_falls_in_a_straight_line(int tokens, double reward) =>
        Assert.Equal(reward, new LengthReward(10, 20).Score([Judged.Response("", tokens: tokens)], TestContext.Current.CancellationToken)[0], 1e-12);
}
