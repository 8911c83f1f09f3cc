using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Backpropagation;

/// <summary>Final norm, logits and loss of the targets, a stretch at a time, with the gradient in the same go.</summary>
/// <typeparam name="T">The type of weights and logits.</typeparam>
/// <typeparam name="TElement">How that type lies in memory.</typeparam>
internal sealed unsafe class FusedHead<T, TElement> : IDisposable
    where T : unmanaged
    where TElement : IElement<T>
{
    private const long MostLogits = 8 << 20; // of a stretch: 16 or 32 MB

    private readonly FlatModel<T, TElement> _model;
    private readonly PassBuffers<T> _pass;
    private readonly ParameterPlace _norm;
    private readonly ParameterPlace _matrix;
    private readonly int _stretch;
    private readonly float _inverseTemperature;
    private readonly FusedDistillation<T, TElement>? _distillation;
    private readonly NativeBuffer<float> _gathered;     // [stretch, hidden]
    private readonly NativeBuffer<float> _gatheredSlope;
    private readonly NativeBuffer<float> _inverse;      // [stretch]
    private readonly NativeBuffer<T> _normalised;       // [stretch, hidden]
    private readonly NativeBuffer<T> _slope;            // [stretch, hidden]
    private readonly NativeBuffer<T> _logits;           // [stretch, vocab]
    private readonly float[] _sums;
    private readonly float[] _logProbabilities;
    private readonly float[] _slopes;

    /// <summary>Takes the memory.</summary>
    /// <param name="model">The parameters.</param>
    /// <param name="pass">What the layers share.</param>
    /// <param name="rows">The most tokens of a shard.</param>
    /// <param name="temperature">What logits are divided by.</param>
    /// <param name="distillation">What is learned from a teacher besides; null for nothing.</param>
    public FusedHead(
        FlatModel<T, TElement> model, PassBuffers<T> pass, int rows, double temperature, FusedDistillation<T, TElement>? distillation = null)
    {
        (_model, _pass, _inverseTemperature, _distillation) = (model, pass, (float)(1 / temperature), distillation);
        var (hidden, vocabulary) = (model.Config.HiddenSize, model.Config.VocabularySize);
        _norm = model.Layout["model.norm.weight"];
        _matrix = model.Layout.Find(TransformerShapes.Head) ?? model.Layout[TransformerShapes.Embedding];
        _stretch = StretchOf(rows, vocabulary);
        _gathered = new NativeBuffer<float>((long)_stretch * hidden);
        _gatheredSlope = new NativeBuffer<float>((long)_stretch * hidden);
        _inverse = new NativeBuffer<float>(_stretch);
        _normalised = new NativeBuffer<T>((long)_stretch * hidden);
        _slope = new NativeBuffer<T>((long)_stretch * hidden);
        _logits = new NativeBuffer<T>((long)_stretch * vocabulary);
        (_sums, _logProbabilities, _slopes) = (new float[_stretch], new float[_stretch], new float[_stretch]);
    }

    private int Hidden => _model.Config.HiddenSize;

    private int Vocabulary => _model.Config.VocabularySize;

    /// <summary>Computes the loss; with a gradient, the derivative by the residual stream as well.</summary>
    /// <param name="plan">The shard's plan.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="hidden">The residual stream behind the last layer, <c>[rows, hidden]</c>.</param>
    /// <param name="objective">The loss.</param>
    /// <param name="hasGradient">Whether the gradient is wanted.</param>
    public double Run(ShardPlan plan, PackedShard shard, float* hidden, TokenObjective objective, bool hasGradient)
    {
        if (hasGradient)
        {
            _pass.Residual.Slice(0, (long)plan.Rows * Hidden).Clear();
            _pass.NormSlope.Clear();
            if (plan.Sources.Length == 0)
            {
                new Span<T>(_model.Gradient(_matrix), (int)_matrix.Count).Clear();
            }
        }

        var loss = 0.0;
        for (var first = 0; first < plan.Sources.Length; first += _stretch)
        {
            var sources = plan.Sources.AsSpan(first, Math.Min(_stretch, plan.Sources.Length - first));
            Score(sources, hidden);
            var judged = Judge(sources, shard, first, objective);
            loss += hasGradient ? Differentiate(sources, shard, judged) : judged;
            if (hasGradient)
            {
                Reverse(sources, isFirst: first == 0);
            }
        }

        if (hasGradient)
        {
            Scale(_pass.NormSlope);
            RowKernel<T, TElement>.Narrow(_pass.NormSlope.Pointer, _model.Gradient(_norm), Hidden);
        }

        return loss;
    }

    /// <summary>Computes logits alone.</summary>
    /// <param name="sources">The tokens, no more than a stretch.</param>
    /// <param name="hidden">The residual stream behind the last layer, <c>[rows, hidden]</c>.</param>
    /// <returns>Logits, <c>[sources, vocab]</c>; valid until the next call.</returns>
    public T* Logits(ReadOnlySpan<int> sources, float* hidden)
    {
        Score(sources, hidden);
        return _logits.Pointer;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        IDisposable[] all = [_gathered, _gatheredSlope, _inverse, _normalised, _slope, _logits];
        Array.ForEach(all, buffer => buffer.Dispose());
    }

    // Stretches are about equally long: products of a short one are slower.
    private static int StretchOf(int rows, int vocabulary)
    {
        var most = (int)Math.Clamp(MostLogits / vocabulary, 1, rows);
        var stretches = (rows + most - 1) / most;
        return Math.Min(rows, ShardPlan.WholeRows((rows + stretches - 1) / stretches));
    }

    private void Scale(NativeBuffer<float> factors)
    {
        for (var at = 0; _inverseTemperature != 1 && at < Hidden; at++)
        {
            factors.Pointer[at] *= _inverseTemperature;
        }
    }

    private void Score(ReadOnlySpan<int> sources, float* hidden)
    {
        var rows = ShardPlan.WholeRows(sources.Length);
        for (var row = 0; row < sources.Length; row++)
        {
            new Span<float>(hidden + ((long)sources[row] * Hidden), Hidden).CopyTo(_gathered.Slice((long)row * Hidden, Hidden));
        }

        _gathered.Slice((long)sources.Length * Hidden, (long)(rows - sources.Length) * Hidden).Clear();
        _model.ReadNorm(_norm, _pass.Norm.Pointer);
        Scale(_pass.Norm); // the temperature goes into the norm's factors, and so through every product
        NormKernel<T, TElement>.Forward(
            _gathered.Pointer, _pass.Norm.Pointer, _normalised.Pointer, _inverse.Pointer, rows, Hidden, _model.Config.NormEpsilon);
        MatrixProduct.Multiply(
            Matrix.Of(_normalised.Pointer, rows, Hidden), Matrix.Of(_model.Weight(_matrix), Vocabulary, Hidden).Transposed,
            Matrix.Of(_logits.Pointer, rows, Vocabulary), TElement.TorchType);
    }

    private double Judge(ReadOnlySpan<int> sources, PackedShard shard, int first, TokenObjective objective)
    {
        for (var row = 0; row < sources.Length; row++)
        {
            var logits = _logits.Pointer + ((long)row * Vocabulary);
            _sums[row] = LogitKernel<T, TElement>.LogSumExp(logits, Vocabulary);
            _logProbabilities[row] = TElement.Get(logits[shard.Tokens[sources[row] + 1]]) - _sums[row];
        }

        return objective(first, _logProbabilities.AsSpan(0, sources.Length), _slopes.AsSpan(0, sources.Length));
    }

    // Replaces the logits by the derivative by them; returns the loss, which a teacher changes.
    private double Differentiate(ReadOnlySpan<int> sources, PackedShard shard, double judged)
    {
        if (_distillation is null)
        {
            for (var row = 0; row < sources.Length; row++)
            {
                LogitKernel<T, TElement>.Derive(
                    _logits.Pointer + ((long)row * Vocabulary), Vocabulary, _sums[row], shard.Tokens[sources[row] + 1], _slopes[row]);
            }

            return judged;
        }

        var loss = _distillation.ObjectiveShare * judged;
        var teacher = _distillation.Logits(sources);
        for (var row = 0; row < sources.Length; row++)
        {
            var offset = (long)row * Vocabulary;
            loss += _distillation.Mix(
                _logits.Pointer + offset, teacher + offset, Vocabulary, _sums[row], shard.Tokens[sources[row] + 1], _slopes[row]);
        }

        return loss;
    }

    private void Reverse(ReadOnlySpan<int> sources, bool isFirst)
    {
        var rows = ShardPlan.WholeRows(sources.Length);
        _logits.Slice((long)sources.Length * Vocabulary, (long)(rows - sources.Length) * Vocabulary).Clear();
        var slopes = Matrix.Of(_logits.Pointer, rows, Vocabulary);
        MatrixProduct.Multiply(
            slopes.Transposed, Matrix.Of(_normalised.Pointer, rows, Hidden), Matrix.Of(_model.Gradient(_matrix), Vocabulary, Hidden),
            TElement.TorchType, isAdded: !isFirst);
        MatrixProduct.Multiply(
            slopes, Matrix.Of(_model.Weight(_matrix), Vocabulary, Hidden), Matrix.Of(_slope.Pointer, rows, Hidden), TElement.TorchType);
        _gatheredSlope.Slice(0, (long)sources.Length * Hidden).Clear();
        NormKernel<T, TElement>.Backward(
            _slope.Pointer, _gathered.Pointer, _pass.Norm.Pointer, _inverse.Pointer, _gatheredSlope.Pointer, _pass.NormSlope.Pointer, sources.Length, Hidden);
        for (var row = 0; row < sources.Length; row++)
        {
            _gatheredSlope.Slice((long)row * Hidden, Hidden).CopyTo(_pass.Residual.Slice((long)sources[row] * Hidden, Hidden));
        }
    }
}
