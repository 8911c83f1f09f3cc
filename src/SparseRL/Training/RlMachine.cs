using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Training;
using LlmEfficiency.SparseRL.Retention;
using LlmEfficiency.SparseRL.Rollouts;
using static TorchSharp.torch;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>The parts of a run put together: policy, reference, sampler, trainer, evaluation.</summary>
internal sealed class RlMachine : IDisposable
{
    private readonly RlSettings _settings;
    private readonly TrainingModel? _anchor;
    private readonly Learner _learner;
    private readonly Learner? _reference;
    private readonly Transformer _sampler;
    private readonly PolicyEvaluation? _evaluation;

    /// <summary>Loads the policy and takes the memory.</summary>
    /// <param name="settings">All settings.</param>
    /// <param name="inputs">Policy, prompts, judge; disposed with this.</param>
    /// <param name="host">Where it runs.</param>
    public RlMachine(RlSettings settings, RlInputs inputs, RlHost host)
    {
        (_settings, Inputs) = (settings, inputs);
        var type = settings.Training.Precision == "bf16" ? ScalarType.BFloat16 : ScalarType.Float32;
        Model = new TrainingModel(inputs.Config, host.Device, type);
        Model.Load(inputs.Stored.Weights);
        _learner = Learner(Model);
        if (settings.Objective.NeedsReference)
        {
            _anchor = new TrainingModel(inputs.Config, host.Device, type);
            _anchor.Load(inputs.Stored.Weights);
            _reference = Learner(_anchor);
        }

        _sampler = Model.AsSampler();
        var engine = new TorchDecodeEngine(_sampler);
        var sampler = new RolloutSampler(engine, inputs.Tokenizer, settings.Rollout, settings.Training.Seed, inputs.StopTokens);
        Trainer = new PolicyTrainer(
            _learner, _reference, new RolloutCollector(_learner, sampler, inputs.Prompts, inputs.Scorer, settings, host.Time), settings);
        _evaluation = inputs.HeldOut is not { } heldOut ? null : new PolicyEvaluation(
            engine, inputs.Tokenizer, heldOut, inputs.Scorer, settings.Rollout, inputs.StopTokens);

        Learner Learner(TrainingModel model) => new(
            model, settings.Training.TokensPerShard, settings.Training.ActivationCheckpointing, host.Threads, settings.Rollout.Temperature);
    }

    /// <summary>Gets policy, prompts, judge.</summary>
    public RlInputs Inputs { get; }

    /// <summary>Gets the policy.</summary>
    public TrainingModel Model { get; }

    /// <summary>Gets what makes iterations.</summary>
    public PolicyTrainer Trainer { get; }

    /// <summary>Puts the parts of settings together that no run folder belongs to.</summary>
    public static RlMachine Open(RlSettings settings, RlHost host)
    {
        var resolved = settings.Resolve();
        var inputs = RlInputs.Open(resolved);
        try
        {
            return new RlMachine(resolved, inputs, host);
        }
        catch
        {
            inputs.Dispose();
            throw;
        }
    }

    /// <summary>Measures the policy: first greedily with the full cache, then with each other cache, then sampled.</summary>
    public IReadOnlyList<AccuracyReport> Evaluate()
    {
        var evaluation = _evaluation ?? throw new LlmEfficiencyException(
            ErrorKind.Configuration, "evaluation.every is 0, which leaves out what to measure: set it to 1 or more");
        var settings = _settings.Evaluation;
        CacheSettings[] caches = [new CacheSettings { Policy = RetentionList.Dense }, .. settings.Caches];
        (CacheSettings Cache, int Samples)[] pieces =
        [
            .. caches.Select(cache => (cache, 0)),
            .. settings.Samples > 0 ? caches.Select(cache => (cache, settings.Samples)) : [],
        ];
        var reports = new AccuracyReport[pieces.Length];
        _learner.ForEach(
            pieces.Length, piece => reports[piece] = evaluation.Run(settings.Prompts, pieces[piece].Samples, pieces[piece].Cache));
        return reports;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sampler.Dispose();
        _learner.Dispose();
        _reference?.Dispose();
        Model.Dispose();
        _anchor?.Dispose();
        Inputs.Dispose();
    }
}
