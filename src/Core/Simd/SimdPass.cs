using LlmEfficiency.Core.Kernels;
using LlmEfficiency.Core.Models;

namespace LlmEfficiency.Core.Simd;

/// <summary>Runs the layers over some tokens. Every number of a token is computed in the same order whatever tokens run with it.</summary>
internal sealed unsafe class SimdPass : IDisposable
{
    private const int RowsToShare = 16;         // fewer are not worth a job of their own

    private readonly TransformerConfig _config;
    private readonly SimdWeights _weights;
    private readonly SimdCache _cache;
    private readonly ThreadTeam _team;
    private readonly double[] _frequencies;
    private readonly NativeBuffer<float>[] _scratch;
    private readonly Action<int> _join;
    private readonly Action<int> _normalise;
    private readonly Action<int> _project;
    private readonly Action<int> _remember;
    private readonly Action<int> _attend;
    private readonly Action<int> _weigh;
    private readonly Action<int> _mixHeads;
    private readonly Action<int> _gate;
    private readonly Action<int> _roundHeads;
    private readonly Action<int> _lower;
    private readonly Action<int> _score;
    private readonly PassAttention _attention;
    private PassBuffers _buffers;
    private PassTokens _tokens = null!;
    private NativeBuffer<float>? _factors;          // of the norm at work; null copies
    private SimdLayer _layer = null!;
    private int _layerIndex;
    private float* _logits;

    /// <summary>Prepares passes of a session.</summary>
    public SimdPass(TransformerConfig config, SimdWeights weights, SimdCache cache, ThreadTeam team, SimdCompressor? compressor)
    {
        (_config, _weights, _cache, _team) = (config, weights, cache, team);
        _frequencies = RotaryFrequencies.Compute(config.HeadDim, config.RopeTheta, config.RopeScaling);
        _scratch = [.. Enumerable.Range(0, team.Size).Select(_ => new NativeBuffer<float>(cache.ScratchLength, isZero: false))];
        _buffers = NewBuffers(1);
        _attention = new PassAttention(config, cache, compressor, team, _scratch);
        _join = part => Branch(weights.Fusion!, _buffers.Joined!, part);
        (_normalise, _project, _remember) = (Normalise, Project, Remember);
        (_attend, _weigh) = (part => _attention.Attend(_layerIndex, part), part => _attention.Weigh(_layerIndex, part));
        (_mixHeads, _gate, _lower, _score) = (MixHeads, Gate, Lower, Score);
        _roundHeads = RoundHeads;
    }

    /// <summary>Gets the distance of two rows of logits.</summary>
    public int LogitStep => Panels.Whole(_config.VocabularySize);

    private int Rows => _tokens.Count;

    private int HeadWidth => _config.HeadCount * _config.HeadDim;

    /// <summary>Runs tokens whose slots are taken.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="logits">Receives the logits of those that want them, <c>[wanted, <see cref="LogitStep"/>]</c>.</param>
    /// <param name="features">Receives the features of those that keep them, <c>[featured, hidden]</c>.</param>
    public void Run(PassTokens tokens, float* logits, float* features)
    {
        if (tokens.Count > _buffers.Rows)
        {
            _buffers.Dispose();
            _buffers = NewBuffers(tokens.Count);
        }

        _tokens = tokens;
        _logits = logits;
        for (var row = 0; row < Rows; row++)
        {
            _weights.Embedding.ReadRow(tokens.Ids[row], _buffers.Joined is { } joined ? joined[row] : Hidden(row));
            FindTurn(row);
        }

        if (_buffers.Joined is not null)
        {
            Join(_buffers.Joined);
        }

        _attention.Begin(tokens, _buffers);
        for (_layerIndex = 0; _layerIndex < _weights.Layers.Count; _layerIndex++)
        {
            _layer = _weights.Layers[_layerIndex];
            RunLayer();
        }

        _factors = _weights.Norm;
        for (var kept = 0; kept < tokens.Featured.Count; kept++)
        {
            Normalise(Hidden(tokens.Featured[kept]), features + ((long)kept * _config.HiddenSize), 1);
        }

        if (tokens.Wanted.Count > 0)
        {
            ReadOut();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _buffers.Dispose();
        foreach (var scratch in _scratch)
        {
            scratch.Dispose();
        }
    }

    private PassBuffers NewBuffers(int rows) => new(_config, rows, _weights.Rows, isHead: _weights.Fusion is not null);

    private float* Hidden(int row) => _buffers.Hidden.Pointer + ((long)row * _config.HiddenSize);

    private void Join(ActivationRows joined)
    {
        var width = _config.HiddenSize;
        for (var row = 0; row < Rows; row++)
        {
            _tokens.PriorFeatures[row].Span.CopyTo(new Span<float>(joined[row] + width, width));
            new Span<float>(Hidden(row), width).Clear();
        }

        joined.Round(0, Rows);
        Share(_join, _weights.Fusion!.Matrix);
    }

    private void RunLayer()
    {
        _factors = _layer.AttentionNorm;
        ShareRows(_normalise);
        Share(_project, _layer.Projections.Matrix);
        ShareRows(_remember);
        if (_layerIndex == _weights.Layers.Count - 1 && !_attention.Weighs)
        {
            KeepAsked();
        }

        _team.Run(_attend, _attention.Tiles, 1);
        if (_attention.Weighs)
        {
            _team.Run(_weigh);
        }

        if (_weights.Rows != RowFormat.Fp32 && !_attention.Rounds)
        {
            ShareRows(_roundHeads);
        }

        Share(_mixHeads, _layer.Output.Matrix);
        _factors = _layer.FeedForwardNorm;
        ShareRows(_normalise);
        Share(_gate, _layer.Gate.Matrix);
        Share(_lower, _layer.Down.Matrix);
    }

    // What the last layer makes of a token is read by nobody but who asked for it, once its key and value are kept.
    private void KeepAsked()
    {
        var (before, asked) = (Rows, _tokens.KeepAsked());
        for (var row = 0; row < asked.Count && asked.Count < before; row++)
        {
            Copy(Hidden(asked[row]), Hidden(row), 1);
            new Span<float>(Queries(asked[row]), HeadWidth).CopyTo(new Span<float>(Queries(row), HeadWidth));
        }

        if (asked.Count < before)
        {
            _attention.Begin(_tokens, _buffers);
        }

        float* Queries(int row) => _buffers.Projected.Pointer + ((long)row * _buffers.ProjectedStep);
    }

    private void ReadOut()
    {
        for (var wanted = 0; wanted < _tokens.Wanted.Count; wanted++)               // ascending, so that a row moves to an earlier place
        {
            Copy(Hidden(_tokens.Wanted[wanted]), Hidden(wanted), 1);
        }

        Normalise(0, _tokens.Wanted.Count);
        Share(_score, _weights.Head);
    }

    private void FindTurn(int row)
    {
        var half = _frequencies.Length;
        for (var pair = 0; pair < half; pair++)
        {
            var (sine, cosine) = Math.SinCos(_tokens.Positions[row] * _frequencies[pair]);
            _buffers.Cosines.Pointer[(row * half) + pair] = (float)cosine;
            _buffers.Sines.Pointer[(row * half) + pair] = (float)sine;
        }
    }

    private void ShareRows(Action<int> work)
    {
        if (Rows >= RowsToShare)
        {
            _team.Run(work);
        }
        else
        {
            work(-1);
        }
    }

    private void RoundHeads(int part)
    {
        var (first, end) = RowsOf(part);
        _buffers.Attended.Round(first, end);
    }

    /// <summary>Returns a part's share of the rows; part -1 is all of them.</summary>
    private (int First, int End) RowsOf(int part) =>
        part < 0 ? (0, Rows) : (Panels.Start(Rows, part, _team.Size), Panels.Start(Rows, part + 1, _team.Size));

    private void Share(Action<int> work, PackedMatrix matrix) => _team.Run(work, matrix.PanelCount, Panels.PerGroup);

    private void Normalise(int part)
    {
        var (first, end) = RowsOf(part);
        Normalise(first, end);
    }

    private void Normalise(int first, int end)
    {
        Normalise(Hidden(first), _buffers.Normed[first], end - first, first);
        _buffers.Normed.Round(first, end);
    }

    private void Normalise(float* hidden, float* result, int rows, int first = 0)
    {
        if (_factors is { } factors)
        {
            NormKernel<float, Fp32>.Forward(
                hidden, factors.Pointer, result, _buffers.Inverse.Pointer + first, rows, _config.HiddenSize, _config.NormEpsilon);
        }
        else
        {
            Copy(hidden, result, rows);
        }
    }

    private void Copy(float* from, float* to, int rows)
    {
        var bytes = (long)rows * _config.HiddenSize * sizeof(float);
        Buffer.MemoryCopy(from, to, bytes, bytes);
    }

    private void Project(int part)
    {
        foreach (var panels in _team.Share(part))
        {
            Apply(_layer.Projections, _buffers.Normed, _buffers.Projected.Pointer, _buffers.ProjectedStep, panels);
        }
    }

    private void Remember(int part)
    {
        var (first, end) = RowsOf(part);
        var half = _frequencies.Length;
        for (var row = first; row < end; row++)
        {
            var position = 0;
            var projected = _buffers.Projected.Pointer + ((long)row * _buffers.ProjectedStep);
            RotaryKernel<float, Fp32>.Turn(
                projected, &position, _buffers.Cosines.Pointer + (row * half), _buffers.Sines.Pointer + (row * half), 1,
                _config.HeadCount + _config.KeyValueHeadCount, half, isBackward: false);
            var keys = projected + HeadWidth;
            var sequence = _tokens.Sequences[row];
            _cache.Write(
                _layerIndex, sequence, _tokens.Slots[row] - _cache.Fewer(_layerIndex, sequence), keys, keys + (_config.KeyValueHeadCount * _config.HeadDim));
            _attention.KeepQueries(_layerIndex, row);
        }
    }

    private void MixHeads(int part) => Branch(_layer.Output, _buffers.Attended, part);

    private void Gate(int part)
    {
        var step = _buffers.Gate.Step;
        foreach (var panels in _team.Share(part))
        {
            Apply(_layer.Gate, _buffers.Normed, _buffers.Gate[0], step, panels);
            Apply(_layer.Up, _buffers.Normed, _buffers.Up.Pointer, step, panels);
            var (first, end) = Columns(_layer.Gate.Matrix, panels);
            for (var row = 0; row < Rows; row++)
            {
                var gate = _buffers.Gate[row] + first;
                GatedKernel<float, Fp32>.Forward(gate, _buffers.Up.Pointer + ((long)row * step) + first, gate, end - first);
                _buffers.Gate.RoundPart(row, first, end);
            }
        }
    }

    private void Lower(int part) => Branch(_layer.Down, _buffers.Gate, part);

    private void Score(int part)
    {
        foreach (var panels in _team.Share(part))
        {
            _weights.Head.Multiply(_buffers.Normed, _tokens.Wanted.Count, _logits, LogitStep, panels);
        }
    }

    /// <summary>Computes a part of a linear map's outputs and adds them to the residual stream.</summary>
    private void Branch(SimdLinear linear, ActivationRows rows, int part)
    {
        var step = _buffers.BranchStep;
        foreach (var panels in _team.Share(part))
        {
            Apply(linear, rows, _buffers.Branch.Pointer, step, panels);
            var (first, end) = Columns(linear.Matrix, panels);
            for (var row = 0; row < Rows; row++)
            {
                RowKernel<float, Fp32>.Accumulate(
                    _buffers.Hidden.Pointer + ((long)row * _config.HiddenSize) + first, _buffers.Branch.Pointer + ((long)row * step) + first, end - first);
            }
        }
    }

    private void Apply(SimdLinear linear, ActivationRows rows, float* results, long resultStep, (int First, int End) panels)
    {
        linear.Matrix.Multiply(rows, Rows, results, resultStep, panels);
        if (linear.Bias is { } bias)
        {
            var (first, end) = Columns(linear.Matrix, panels);
            for (var row = 0; row < Rows; row++)
            {
                RowKernel<float, Fp32>.Accumulate(results + ((long)row * resultStep) + first, bias.Pointer + first, end - first);
            }
        }
    }

    /// <summary>Returns the outputs of panels, without those that fill up the last one.</summary>
    private static (int First, int End) Columns(PackedMatrix matrix, (int First, int End) panels) =>
        (panels.First * Panels.Width, Math.Min(panels.End * Panels.Width, matrix.Outputs));
}
