using System.Globalization;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tasks;
using LlmEfficiency.Core.Tasks.Symbols;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Tasks;

public sealed class SymbolTaskTests
{
    [Theory]
    [InlineData(8, 24)]
    [InlineData(2, 1)]
    [InlineData(26, 99)]
    public void A_walk_follows_its_table_to_the_end(int size, int steps)
    {
        var task = new PermutationWalkTask(size, steps);
        foreach (var random in Enumerable.Range(0, 200).Select(index => new TaskRandom(3, index, 0)))
        {
            var example = task.Make(random);
            var prompt = TaskExamples.Prompt(example);
            Assert.Equal((2 * size) + 2, prompt.Length);
            var table = Enumerable.Range(0, size).ToDictionary(pair => prompt[2 * pair], pair => prompt[(2 * pair) + 1]);
            Assert.Equal(size, table.Values.Distinct().Count());
            var (now, reference) = (prompt[^2], "");
            for (var step = 1; step <= steps; step++)
            {
                now = table[now];
                reference += string.Create(CultureInfo.InvariantCulture, $"{step}{now};");
            }

            Assert.Equal(reference, TaskExamples.Response(example));
            Assert.Equal(now.ToString(), example.Answer);
        }
    }

    [Fact]
    public void Only_all_steps_with_their_labels_and_the_right_end_count()
    {
        var task = new PermutationWalkTask(8, 3);
        var example = task.Make(new TaskRandom(1, 2, 0));
        var (right, end) = (TaskExamples.Response(example), example.Answer[0]);
        var other = end == 'a' ? 'b' : 'a';
        Assert.True(task.IsCorrect(example, right));
        Assert.True(task.IsCorrect(example, $"1a;2a;3{end};"));
        foreach (var wrong in new[]
        {
            $"3{end};", $"1a;3{end};", $"1a;2a;3{other};", $"1a;2a;3{end}", $"1a;2a;3{end};4a;", $"1a;2a;2a;3{end};", $" {right}", $"1A;2a;3{end};",
            $"1i;2a;3{end};", $"1;2a;3{end};", "1a;2a;3", "1a;2a;", right + right,
        })
        {
            Assert.False(task.IsCorrect(example, wrong), wrong);
        }
    }

    [Fact]
    public void Every_value_counts_where_all_are_checked()
    {
        var task = new PermutationWalkTask(8, 3, check: PermutationWalkTask.All);
        foreach (var example in TaskExamples.Of(task, 200))
        {
            var right = TaskExamples.Response(example);
            Assert.True(task.IsCorrect(example, right));
            foreach (var place in (int[])[1, 4, 7])
            {
                var other = right[place] == 'a' ? 'b' : 'a';
                Assert.False(task.IsCorrect(example, $"{right[..place]}{other}{right[(place + 1)..]}"));
            }
        }
    }

    [Fact]
    public void The_usual_walk_ends_where_it_began_three_times_of_four()
    {
        const int Count = 8000;
        var task = new PermutationWalkTask();
        var back = Enumerable.Range(0, Count).Select(index => task.Make(new TaskRandom(4, index, 0)))
            .Count(example => example.Answer[0] == TaskExamples.Prompt(example)[^2]);

        // 6000, standard deviation 39: five of them on either side.
        Assert.InRange(back, 5806, 6194);
    }

    [Fact]
    public void Noise_spoils_its_share_of_steps_and_not_the_answer()
    {
        const int Count = 2000;
        var (clean, noisy) = (new PermutationWalkTask(), new PermutationWalkTask(noise: 0.08));
        var (wrong, spoilt) = (0, 0);
        for (var index = 0; index < Count; index++)
        {
            var example = noisy.Make(new TaskRandom(9, index, 0));
            var prompt = TaskExamples.Prompt(example);
            var table = Enumerable.Range(0, 8).ToDictionary(pair => prompt[2 * pair], pair => prompt[(2 * pair) + 1]);
            var values = TaskExamples.Response(example).Where(char.IsAsciiLetterLower).ToArray();
            wrong += values.Zip(values.Prepend(prompt[^2]), (now, before) => table[before] == now ? 0 : 1).Sum();
            spoilt += noisy.IsCorrect(example, TaskExamples.Response(example)) ? 0 : 1;
            Assert.Equal(noisy.IsCorrect(example, "x"), clean.IsCorrect(example, "x"));
        }

        // Of 48,000 steps 7/8 of 8 % are other values: 3360, standard deviation 56; five of them on either side.
        Assert.InRange(wrong, 3080, 3640);
        Assert.InRange(spoilt, Count / 2, Count);
    }

    [Fact]
    public void Late_references_begin_anywhere_and_go_on_as_walks_do()
    {
        const int Count = 1000;
        var (task, plain) = (new PermutationWalkTask(late: 0.25), new PermutationWalkTask());
        var firsts = new List<int>();
        foreach (var example in TaskExamples.Of(task, Count))
        {
            var (prompt, response) = (TaskExamples.Prompt(example), TaskExamples.Response(example));
            var table = Enumerable.Range(0, 8).ToDictionary(pair => prompt[2 * pair], pair => prompt[(2 * pair) + 1]);
            var steps = response.Split(';')[..^1];
            var values = steps.Select(step => step[^1]).ToArray();
            Assert.All(values.Zip(values.Prepend(prompt[^2])), pair => Assert.Equal(table[pair.Second], pair.First));
            var labels = steps.Select(step => int.Parse(step[..^1], CultureInfo.InvariantCulture)).ToArray();
            Assert.Equal(Enumerable.Range(25 - labels.Length, labels.Length), labels);
            Assert.Equal(labels[0] == 1, plain.IsCorrect(example, response));
            firsts.Add(labels[0]);
        }

        // A quarter of 23/24: 240, standard deviation 13.5; five of them on either side.
        Assert.InRange(firsts.Count(first => first > 1), 172, 308);
        Assert.Equal(24, firsts.Distinct().Count());
    }

    [Fact]
    public void A_sum_takes_every_digit_in_the_order_of_keys()
    {
        var task = new KeyedSumTask(5);
        foreach (var example in TaskExamples.Of(task, 200))
        {
            var prompt = TaskExamples.Prompt(example);
            Assert.Equal(11, prompt.Length);
            var (sum, reference) = (0, "");
            foreach (var key in "abcde")
            {
                var digit = prompt[prompt.IndexOf(key, StringComparison.Ordinal) + 1] - '0';
                sum = (sum + digit) % 10;
                reference += string.Create(CultureInfo.InvariantCulture, $"{key}{digit}:{sum};");
            }

            Assert.Equal(reference, TaskExamples.Response(example));
            Assert.Equal(sum.ToString(CultureInfo.InvariantCulture), example.Answer);
            Assert.False(task.IsCorrect(example, reference[5..]));
            Assert.False(task.IsCorrect(example, reference.Replace(':', ';')));
            Assert.False(task.IsCorrect(example, $"{reference[..^2]}{(sum + 1) % 10};"));
        }
    }

    [Theory]
    [InlineData("permutation-walk", 18, 73, 36)]
    [InlineData("permutation-walk:m=97", 18, 292, 109)]
    [InlineData("permutation-walk:k=3:m=4", 8, 13, 16)]
    [InlineData("keyed-sum", 29, 71, 28)]
    public void A_symbol_is_a_token_and_only_the_answer_is_learned(string name, int prompt, int answer, int vocabulary)
    {
        var task = (ISymbolTask)TaskList.Find(name);
        var tokenizer = SymbolTokenizer.Make(task.Symbols);
        Assert.Equal(vocabulary, tokenizer.Vocabulary.Size);
        var template = ChatTemplate.Parse("symbols", SymbolTokenizer.Template, "", SymbolTokenizer.End);
        var encoder = new DocumentEncoder(tokenizer, template, 512);
        foreach (var example in TaskExamples.Of(task, 20))
        {
            var document = encoder.Encode(RawDocument.OfMessages(example.Messages!));
            Assert.Equal(prompt + answer, document.Tokens.Length);
            Assert.Equal(tokenizer.Vocabulary.EndOfSequence, document.Tokens.Span[^1]);
            var targets = document.Targets.ToArray();
            Assert.Equal(prompt, targets.TakeWhile(target => !target).Count());
            Assert.Equal(answer, targets.Count(target => target));
        }
    }

    [Fact]
    public void The_tokenizer_of_the_walk_model_is_the_one_of_its_task()
    {
        var folder = Path.Join(Repository.Root, "models", "llmeff-walk");
        var stored = TokenizerLoader.Load(folder);
        var task = (ISymbolTask)TaskList.Find("permutation-walk");
        var made = SymbolTokenizer.Make(task.Symbols);
        Assert.Equal(made.Vocabulary.Size, stored.Vocabulary.Size);
        Assert.Equal(made.Vocabulary.EndOfSequence, stored.Vocabulary.EndOfSequence);
        foreach (var example in TaskExamples.Of(task, 50))
        {
            Assert.Equal(made.Encode(TaskExamples.Response(example)), stored.Encode(TaskExamples.Response(example)));
        }

        var messages = TaskExamples.Of(task, 1).Single().Messages!;
        Assert.Equal(
            messages[0].Content + messages[1].Content + SymbolTokenizer.End,
            ChatTemplateFiles.Load(folder)!.Render(new ChatRequest(messages) { AddGenerationPrompt = false }).Text);
    }

    [Theory]
    [InlineData("a", "a", "symbol 'a' is there twice")]
    [InlineData("a", "ab", "symbol 'ab' needs both its characters as symbols")]
    [InlineData("a", "aaa", "symbol 'aaa' must be 1 or 2 printable ASCII characters")]
    [InlineData("a", "ü", "symbol 'ü' must be 1 or 2 printable ASCII characters")]
    [InlineData("a", " ", "symbol ' ' must be 1 or 2 printable ASCII characters")]
    public void Symbols_that_cannot_be_tokens_are_refused(string first, string second, string why)
    {
        var failure = Assert.Throws<LlmEfficiencyException>(() => SymbolTokenizer.Make([first, second]));
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
    }
}
