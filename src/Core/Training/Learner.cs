using LlmEfficiency.Core.Backpropagation;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Optimization;

namespace LlmEfficiency.Core.Training;

/// <summary>
/// Gradients and updates of a model, whatever the loss: threads, their passes, the optimizer. Bits depend on shards and losses, not on
/// the number of threads.
/// </summary>
public sealed class Learner : IDisposable
{
    private readonly TrainingModel _model;
    private readonly WorkerThreads _threads;
    private readonly GradientTeam<PackedShard> _team;
    private readonly ParameterUpdate _update;

    /// <summary>Makes the threads and their memory.</summary>
    /// <param name="model">The model; it stays the caller's.</param>
    /// <param name="capacity">The most tokens of a shard.</param>
    /// <param name="recomputes">Whether activations are computed again backward instead of kept.</param>
    /// <param name="threads">The number of threads.</param>
    /// <param name="temperature">What logits are divided by.</param>
    public Learner(TrainingModel model, int capacity, bool recomputes, int threads, double temperature = 1)
    {
        _model = model;
        _threads = new WorkerThreads(threads);
        _team = new GradientTeam<PackedShard>(
            _threads, () => model.MakeWorker(capacity, recomputes, temperature), (int)model.State.Layout.Length);
        _update = new ParameterUpdate(_threads, model.State);
    }

    /// <summary>Makes one update, unless the loss or the gradient is not finite; then the parameters are as before.</summary>
    /// <param name="shards">What to learn from, at least one.</param>
    /// <param name="objective">The loss of each shard, by its number.</param>
    /// <param name="step">The rates; what clipping asks for is multiplied to the gradient's scale.</param>
    /// <param name="clipNorm">The greatest length of the gradient; null does not clip.</param>
    /// <returns>The loss, added in the order of the shards, and the length of the gradient before clipping.</returns>
    public LearnerStep Step(IReadOnlyList<PackedShard> shards, Func<int, TokenObjective> objective, AdamWStep step, double? clipNorm)
    {
        var (loss, gradient) = _team.Differentiate(shards, objective);
        var result = new LearnerStep(loss, _update.Norm(gradient));
        if (result.IsFinite)
        {
            var scale = step.GradientScale * GradientNorm.ClipFactor(result.GradientNorm * step.GradientScale, clipNorm);
            _update.Apply(gradient, step with { GradientScale = scale }, _model.Round);
            _model.Send();
        }

        _team.Return(gradient);
        return result;
    }

    /// <summary>Computes the loss of shards without learning.</summary>
    /// <param name="shards">The shards.</param>
    /// <param name="objective">The loss of each shard, by its number; it sees the log-probabilities, its slopes are not used.</param>
    /// <returns>The loss, added in the order of the shards.</returns>
    public double Evaluate(IReadOnlyList<PackedShard> shards, Func<int, TokenObjective> objective) =>
        _team.ForEach(shards, (worker, shard) => worker.Evaluate(shards[shard], objective(shard))).Sum();

    /// <summary>Does some work on one of the threads on which libtorch computes alone, and waits for it.</summary>
    public void RunAlone(Action work) => _threads.Run(thread =>
    {
        if (thread == 0)
        {
            work();
        }
    });

    /// <summary>Does numbered work on all threads, libtorch computing alone on each, and waits for it.</summary>
    /// <param name="count">How many pieces of work.</param>
    /// <param name="work">Is told the number of a piece.</param>
    public void ForEach(int count, Action<int> work)
    {
        var next = -1;
        _threads.Run(_ =>
        {
            for (int piece; (piece = Interlocked.Increment(ref next)) < count;)
            {
                work(piece);
            }
        });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _team.Dispose();
        _threads.Dispose();
    }
}
