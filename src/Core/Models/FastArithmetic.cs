using static TorchSharp.torch;

namespace LlmEfficiency.Core.Models;

/// <summary>libtorch's operations on all rows at once: training, and decoding by default.</summary>
internal sealed class FastArithmetic : LayerArithmetic
{
    public override bool IsRowwise => false;

    public override Tensor Linear(Tensor input, Tensor weight, Tensor? bias) =>
        SmallBatchLinear.TryApply(input, weight, bias) ?? nn.functional.linear(input, weight, bias);

    public override Tensor Normalise(Tensor input, RmsNorm norm) => norm.Apply(input);

    public override Tensor Gate(Tensor gate, Tensor up)
    {
        using var opened = nn.functional.silu(gate);
        return opened.mul(up);
    }

    public override Tensor Attend(int layer, Tensor queries, ForwardPlan plan)
    {
        using var scope = NewDisposeScope();
        var step = plan.Step!;
        var runs = step.Runs(layer);
        var parts = new List<Tensor>(runs.Count);
        foreach (var run in runs)
        {
            var (keys, values) = step.Read(layer, run);
            var part = runs.Count == 1 ? queries : queries.narrow(0, run.FirstRow, run.Rows);
            plan.Observer?.ObserveAttention(new AttentionTrace(layer, run.FirstRow, part, keys, values, run.Visibility));
            parts.Add(GroupedQueryAttention.Attend(part, keys, values, run.Visibility));
        }

        return (parts.Count == 1 ? parts[0] : cat(parts, 0)).MoveToOuterDisposeScope();
    }
}
