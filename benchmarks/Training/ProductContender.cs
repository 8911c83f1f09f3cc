using static TorchSharp.torch;

namespace LlmEfficiency.Benchmarks.Training;

/// <summary>One fp32 matrix product by libtorch on all threads, often enough that a run is long.</summary>
internal sealed class ProductContender : IContender
{
    private const double LeastOperations = 4e10; // about a quarter of a second

    private readonly Tensor _left;      // [rows, inner]
    private readonly Tensor _right;     // [inner, columns]
    private readonly int _repeats;

    private ProductContender(string name, Tensor left, Tensor right)
    {
        (Name, _left, _right) = (name, left.DetachFromDisposeScope(), right.DetachFromDisposeScope());
        var operations = 2.0 * left.shape[0] * left.shape[1] * right.shape[1];
        _repeats = (int)Math.Max(1, Math.Ceiling(LeastOperations / operations));
        Work = new Workload(0, _repeats * operations);
    }

    public string Name { get; }

    public Workload Work { get; }

    /// <summary>Names the products: a large square, and those that a step of a model consists of, for its whole batch at once.</summary>
    public static IEnumerable<(string Name, Func<IContender> Make)> Of(TrainingSize size)
    {
        var (tokens, hidden, inner, vocabulary) = (size.Tokens, size.Config.HiddenSize, size.Config.InnerSize, size.Config.VocabularySize);
        return
        [
            Entry("gemm-square-4096", () => (ones(4096, 4096), ones(4096, 4096))),
            Entry("gemm-logits", () => (ones(tokens, hidden), ones(vocabulary, hidden).t())),
            Entry("gemm-logits-by-input", () => (ones(tokens, vocabulary), ones(vocabulary, hidden))),
            Entry("gemm-logits-by-weight", () => (ones(tokens, vocabulary).t(), ones(tokens, hidden))),
            Entry("gemm-feed-forward", () => (ones(tokens, hidden), ones(inner, hidden).t())),
        ];
    }

    public void Run()
    {
        using var quiet = no_grad();
        for (var repeat = 0; repeat < _repeats; repeat++)
        {
            _left.mm(_right).Dispose();
        }
    }

    public void Dispose()
    {
        _left.Dispose();
        _right.Dispose();
    }

    private static (string Name, Func<IContender> Make) Entry(string name, Func<(Tensor Left, Tensor Right)> factors)
    {
        return (name, Make);

        IContender Make()
        {
            using var scope = NewDisposeScope();
            var (left, right) = factors();
            return new ProductContender(name, left, right);
        }
    }
}
