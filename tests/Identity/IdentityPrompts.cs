using LlmEfficiency.Core.Chat;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Sampling;
using LlmEfficiency.Core.Tasks;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Identity;

/// <summary>Prompts of three kinds: half are examples of tasks, a quarter is text the model wrote, a quarter repeats random tokens.</summary>
internal static class IdentityPrompts
{
    /// <summary>Makes prompts, shortest first, so that those of a batch are about as long as each other.</summary>
    public static IReadOnlyList<IReadOnlyList<int>> Make(LoadedModel model, IdentitySettings settings)
    {
        var random = new Random(settings.Seed);
        var written = Written(model, settings);
        return
        [
            .. Enumerable.Range(0, settings.Prompts).Select(index => (index % 4) switch
            {
                0 or 1 => OfTask(model, settings, index),
                2 => written[index / 4],
                _ => Repetitive(random, model.Engine.Config.VocabularySize, settings.PromptTokens),
            }).OrderBy(prompt => prompt.Count),
        ];
    }

    private static int[] OfTask(LoadedModel model, IdentitySettings settings, int index)
    {
        var task = TaskList.All[index / 2 % TaskList.All.Count];
        var example = new TaskSet(task, (ulong)settings.Seed, TaskSplit.HeldOut)[index];
        var question = example.Messages?.SkipLast(1).ToArray();
        var ids = question is not null && model.Template is { } template
            ? ChatPrompt.Encode(template, model.Tokenizer, new ChatRequest(question))
            : PromptEncoder.Encode(
                model.Tokenizer, example.Text?[..(example.Text.Length / 2)] ?? string.Join('\n', question!.Select(message => message.Content)),
                SpecialTokenHandling.AsText);
        return [.. ids.TakeLast(settings.PromptTokens)];
    }

    private static IReadOnlyList<int>[] Written(LoadedModel model, IdentitySettings settings)
    {
        var plain = new AutoregressiveGenerator(model.Engine, model.Tokenizer);
        var start = PromptEncoder.Encode(model.Tokenizer, "Once", SpecialTokenHandling.AsText);
        var requests = Enumerable.Range(0, (settings.Prompts + 3) / 4).Select(index => new GenerationRequest
        {
            Prompt = start,
            MaxTokens = settings.PromptTokens / 2,
            IgnoresEndOfSequence = true,
            Sequence = (ulong)index,
            Sampling = new SamplingSettings { Seed = (ulong)settings.Seed },
        });
        return [.. requests.Chunk(settings.Batch).SelectMany(batch => plain.Generate(batch).Results).Select(result => result.TokenIds)];
    }

    private static int[] Repetitive(Random random, int vocabulary, int longest)
    {
        var piece = Enumerable.Range(0, random.Next(1, 12)).Select(_ => random.Next(vocabulary)).ToArray();
        return [.. Enumerable.Range(0, random.Next(4, longest)).Select(place => random.Next(12) == 0 ? random.Next(vocabulary) : piece[place % piece.Length])];
    }
}
