using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Evaluation;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Tasks;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Core.Training;

/// <summary>The accuracy of held-out examples of a synthetic task, by answers or choices as <c>llmeff eval accuracy</c> measures it.</summary>
/// <param name="task">The task.</param>
/// <param name="count">How many examples.</param>
/// <param name="tokenizerFolder">The folder of the model's tokenizer and template.</param>
internal sealed class TaskHook(ITask task, int count, string tokenizerFolder) : IEvaluationHook
{
    private const ulong Seed = 1;

    private readonly ITokenizer _tokenizer = TokenizerLoader.Load(tokenizerFolder);
    private readonly ChatTemplate? _template = ChatTemplateFiles.Load(tokenizerFolder, tokenizerFolder);

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, double>> Measure(Transformer model)
    {
        var engine = new TorchDecodeEngine(model); // the model stays its owner's, so the engine is not disposed
        var evaluation = new TaskEvaluation(
            new EvaluatedModel(task.Name, engine, _tokenizer, _template),
            new GenerationAccuracySettings { StopTokens = model.Config.EndOfSequence });
        var accuracy = evaluation.Run(new TaskSet(task, Seed, TaskSplit.HeldOut), count)[0];
        return [new($"{task.Name}_{accuracy.Metric}", accuracy.Value)];
    }
}
