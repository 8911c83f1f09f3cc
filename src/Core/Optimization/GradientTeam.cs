using LlmEfficiency.Core.Backpropagation;

namespace LlmEfficiency.Core.Optimization;

/// <summary>
/// Computes the gradients of a batch's shards with several threads and adds them in a fixed tree: the bits do not depend on how many
/// threads there are.
/// </summary>
/// <typeparam name="TShard">What a shard is.</typeparam>
internal sealed class GradientTeam<TShard> : IDisposable
{
    private readonly WorkerThreads _threads;
    private readonly IGradientWorker<TShard>[] _workers;
    private readonly GradientTree _tree;
    private readonly int _length;

    /// <summary>Makes the workers.</summary>
    /// <param name="threads">The threads, one for each worker.</param>
    /// <param name="make">Makes a worker.</param>
    /// <param name="length">The length of a gradient.</param>
    public GradientTeam(WorkerThreads threads, Func<IGradientWorker<TShard>> make, int length)
    {
        (_threads, _length, _tree) = (threads, length, new GradientTree(length));
        _workers = [.. Enumerable.Range(0, threads.Count).Select(_ => make())];
    }

    /// <summary>Computes the loss and the gradient of a batch.</summary>
    /// <param name="shards">The shards.</param>
    /// <param name="objective">The loss of each shard, by its number.</param>
    /// <returns>The loss, added in the order of the shards, and the gradient, for <see cref="Return"/>.</returns>
    public (double Loss, float[] Gradient) Differentiate(IReadOnlyList<TShard> shards, Func<int, TokenObjective> objective)
    {
        _tree.Reset();
        float[]? sum = null;
        var losses = ForEach(shards, (worker, shard) =>
        {
            var gradient = _tree.Rent();
            var loss = worker.Differentiate(shards[shard], objective(shard), gradient.AsSpan(0, _length));
            if (_tree.Add(shard, shards.Count, gradient) is { } whole)
            {
                sum = whole;
            }

            return loss;
        });
        return (losses.Sum(), sum!);
    }

    /// <summary>Gives a gradient back.</summary>
    public void Return(float[] gradient) => _tree.Return(gradient);

    /// <summary>Computes something of every shard.</summary>
    /// <param name="shards">The shards.</param>
    /// <param name="compute">Is given a worker that nobody else uses meanwhile, and the number of a shard.</param>
    /// <returns>The results in the order of the shards.</returns>
    public TResult[] ForEach<TResult>(IReadOnlyList<TShard> shards, Func<IGradientWorker<TShard>, int, TResult> compute)
    {
        var results = new TResult[shards.Count];
        var next = -1;
        _threads.Run(thread =>
        {
            for (int shard; (shard = Interlocked.Increment(ref next)) < shards.Count;)
            {
                results[shard] = compute(_workers[thread], shard);
            }
        });
        return results;
    }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_workers, worker => worker.Dispose());
}
