using LlmEfficiency.Core.Tensors;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Models;

/// <summary>
/// libtorch's operations in shapes that never change: blocks of sixteen rows, and attention of one query over the keys it sees,
/// gathered in their order. For devices and types that have no kernels of ours, and their plain twin.
/// </summary>
/// <remarks>
/// On a processor a block is one row, since a row's place in a block matters there: products of small matrices end in other code
/// than they begin with, and so do exponentials. That is slow; it is for fp16, which processors are slow with anyway. Each block is
/// a copy, because the routines also look at where in memory a row begins.
/// </remarks>
internal sealed class BlockArithmetic : LayerArithmetic
{
    private const long BlockRows = 16;

    public static BlockArithmetic Instance { get; } = new();

    public override bool IsRowwise => true;

    public override Tensor Linear(Tensor input, Tensor weight, Tensor? bias) =>
        InBlocks(input, block => nn.functional.linear(block, weight, bias));

    public override Tensor Normalise(Tensor input, RmsNorm norm) => InBlocks(input, norm.Apply);

    public override Tensor Gate(Tensor gate, Tensor up)
    {
        using var opened = InBlocks(gate, block => nn.functional.silu(block));
        return opened.mul(up);
    }

    public override Tensor Attend(int layer, Tensor queries, ForwardPlan plan)
    {
        using var scope = NewDisposeScope();
        var step = plan.Step!;
        var results = new List<Tensor>();
        for (var row = 0; row < queries.shape[0]; row++)
        {
            var (keys, values) = step.ReadAll(layer, row);                          // [1, kvHeads, capacity, headDim]
            for (var token = 0; token < queries.shape[1]; token++)
            {
                using var inner = NewDisposeScope();
                var query = queries.narrow(0, row, 1).narrow(1, token, 1);
                var slots = step.Slots(layer, row, token);
                var seen = tensor(slots.Length > 0 ? slots.ToArray() : [0], dtype: ScalarType.Int64, device: queries.device);
                results.Add(GroupedQueryAttention.Attend(
                    query.clone(), keys.index_select(2, seen), values.index_select(2, seen), Visibility.Everything)
                    .MoveToOuterDisposeScope());
            }
        }

        return cat(results, 1).view(queries.shape[0], queries.shape[1], -1).MoveToOuterDisposeScope();
    }

    private static Tensor InBlocks(Tensor input, Func<Tensor, Tensor> function)
    {
        using var scope = NewDisposeScope();
        var flat = input.reshape(-1, input.shape[^1]);
        var (rows, size) = (flat.shape[0], input.device_type == TorchSharp.DeviceType.CPU ? 1 : BlockRows);
        if (rows % size is var rest and > 0)
        {
            flat = cat([flat, flat.new_zeros([size - rest, flat.shape[1]])]);
        }

        var blocks = Enumerable.Range(0, (int)(flat.shape[0] / size)).Select(block => function(flat.narrow(0, block * size, size).clone()));
        var result = cat([.. blocks]).narrow(0, 0, rows);
        return result.reshape([.. input.shape[..^1], result.shape[1]]).MoveToOuterDisposeScope();
    }
}
