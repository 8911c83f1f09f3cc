using LlmEfficiency.Core.Tasks;

namespace LlmEfficiency.Core.Training;

/// <summary>The hooks of a run: the tasks of its settings, and those of its host.</summary>
internal sealed class RunMeasurements
{
    private readonly IReadOnlyList<IEvaluationHook> _hooks;

    /// <summary>Makes the hooks.</summary>
    /// <param name="settings">Names the tasks.</param>
    /// <param name="host">Brings further hooks.</param>
    /// <param name="tokenizerFolder">The folder of the model's tokenizer and template.</param>
    public RunMeasurements(EvaluationSettings settings, TrainingHost host, string tokenizerFolder) => _hooks =
    [
        .. settings.Tasks.Select(name => new TaskHook(TaskList.Find(name), settings.TaskExamples, tokenizerFolder)),
        .. host.Hooks,
    ];

    /// <summary>Measures the model and writes down the numbers.</summary>
    public void Write(TrainingModel model, Trainer trainer, RunLog log)
    {
        if (_hooks.Count == 0)
        {
            return;
        }

        trainer.RunAlone(() =>
        {
            using var transformer = model.AsTransformer();
            foreach (var hook in _hooks)
            {
                log.WriteMeasurement(trainer.State, hook.Measure(transformer));
            }
        });
    }
}
