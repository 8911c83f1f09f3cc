using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Training;
using static TorchSharp.torch;

namespace LlmEfficiency.Benchmarks.Training;

/// <summary>
/// A step as a user of TorchSharp writes it: the same model in fp32, autograd, cross-entropy, clipping, torch's AdamW. Every token
/// of the batch has a target, where a trainer's documents have none for their last: 0.4 % more work in the head.
/// </summary>
internal sealed class PlainContender : IContender
{
    /// <summary>The name.</summary>
    public const string PlainName = "plain-torchsharp";

    /// <summary>The learning rate of all contenders: small enough that nothing grows.</summary>
    public const double LearningRate = 1e-4;

    private readonly Transformer _model;
    private readonly optim.Optimizer _optimizer;
    private readonly Tensor _inputs;    // [documents, length]
    private readonly Tensor _targets;   // [documents · length]

    /// <summary>Makes the model.</summary>
    public PlainContender(TrainingSize size)
    {
        Work = size.Step;
        _model = RandomModel.Create(size.Config, seed: 1, ComputeDevice.Cpu, ScalarType.Float32);
        var defaults = new OptimizationSettings();
        _optimizer = optim.AdamW(
            _model.parameters(), LearningRate, defaults.Beta1, defaults.Beta2, defaults.Epsilon, defaults.WeightDecay);
        using var scope = NewDisposeScope();
        var ids = RandomDocuments.Ids(0, size.Documents * (size.Length + 1), size.Config.VocabularySize);
        var tokens = tensor(ids, dtype: ScalarType.Int64).view(size.Documents, size.Length + 1);
        _inputs = tokens.narrow(1, 0, size.Length).contiguous().DetachFromDisposeScope();
        _targets = tokens.narrow(1, 1, size.Length).reshape(-1).DetachFromDisposeScope();
    }

    public string Name => PlainName;

    public Workload Work { get; }

    public void Run()
    {
        using var scope = NewDisposeScope();
        _optimizer.zero_grad();
        var logits = _model.call(new ForwardRequest(_inputs));                                          // [documents, length, vocab]
        var loss = nn.functional.cross_entropy(logits.view(-1, _model.Config.VocabularySize), _targets);
        loss.backward();
        nn.utils.clip_grad_norm_(_model.parameters(), new OptimizationSettings().ClipNorm!.Value);
        _optimizer.step();
        Guard(loss.item<float>()); // the loss crosses to the host once a step, as a report needs it
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _model.Dispose();
        _inputs.Dispose();
        _targets.Dispose();
    }

    private static void Guard(float loss)
    {
        if (!float.IsFinite(loss))
        {
            throw new InvalidOperationException($"{PlainName}: the loss is {loss}");
        }
    }
}
