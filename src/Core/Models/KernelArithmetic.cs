using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Kernels;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Models;

/// <summary>Kernels of ours for fp32 and bf16 on a processor, which compute each row by itself.</summary>
/// <remarks>Plain twin: <see cref="BlockArithmetic"/>.</remarks>
internal sealed unsafe class KernelArithmetic : LayerArithmetic
{
    private const long ThreadWork = 500_000;    // multiplications that are worth a second thread

    private static readonly Typed Single = new Typed<float, Fp32>();
    private static readonly Typed BFloat = new Typed<ushort, Bf16>();

    public static KernelArithmetic Instance { get; } = new();

    public override bool IsRowwise => true;

    public override Tensor Linear(Tensor input, Tensor weight, Tensor? bias)
    {
        using var rows = input.contiguous();
        var result = empty([.. input.shape[..^1], weight.shape[0]], dtype: input.dtype);
        Of(input).Linear(rows, weight, bias, result);
        return result;
    }

    public override Tensor Normalise(Tensor input, RmsNorm norm)
    {
        using var rows = input.contiguous();
        var result = empty(input.shape, dtype: input.dtype);
        Of(input).Normalise(rows, norm, result);
        return result;
    }

    public override Tensor Gate(Tensor gate, Tensor up)
    {
        var result = empty(gate.shape, dtype: gate.dtype);
        Of(gate).Gate(gate, up, result);
        return result;
    }

    public override Tensor Attend(int layer, Tensor queries, ForwardPlan plan)
    {
        using var rows = queries.contiguous();
        var result = empty([queries.shape[0], queries.shape[1], queries.shape[2] * queries.shape[3]], dtype: queries.dtype);
        Of(queries).Attend(layer, rows, plan, result);
        return result;
    }

    private static Typed Of(Tensor tensor) => tensor.dtype == ScalarType.Float32 ? Single : BFloat;

    private static void Share(int count, int grain, long work, Action<int, int> run)
    {
        var parts = (int)Math.Min(TorchThreads.Current, 1 + (work / ThreadWork));
        if (parts == 1)
        {
            run(0, count);
            return;
        }

        var size = ((count + parts - 1) / parts + grain - 1) / grain * grain;
        _ = Parallel.For(0, parts, part => run(Math.Min(part * size, count), Math.Min((part + 1) * size, count)));
    }

    private abstract class Typed
    {
        public abstract void Linear(Tensor rows, Tensor weight, Tensor? bias, Tensor result);

        public abstract void Normalise(Tensor rows, RmsNorm norm, Tensor result);

        public abstract void Gate(Tensor gate, Tensor up, Tensor result);

        public abstract void Attend(int layer, Tensor queries, ForwardPlan plan, Tensor result);
    }

    private sealed class Typed<T, TElement> : Typed
        where T : unmanaged
        where TElement : IElement<T>
    {
        public override void Linear(Tensor rows, Tensor weight, Tensor? bias, Tensor result)
        {
            var size = (Rows: Count(rows), Inputs: (int)weight.shape[1], Outputs: (int)weight.shape[0]);
            using var wide = Wide(rows);
            var input = wide.Pointer;
            T* matrix = Pointer(weight), added = Pointer(bias), output = Pointer(result);
            Share(size.Outputs, 4, (long)size.Rows * size.Inputs * size.Outputs, (first, end) =>
                LinearKernel<T, TElement>.Multiply(input, matrix, added, output, size, (first, end)));
            GC.KeepAlive(rows);
            GC.KeepAlive(weight);
            GC.KeepAlive(bias);
            GC.KeepAlive(result);
        }

        public override void Normalise(Tensor rows, RmsNorm norm, Tensor result)
        {
            var (count, width) = (Count(rows), (int)rows.shape[^1]);
            using var wide = Wide(rows);
            using var weight = Wide(norm.Weight);
            using var inverse = new NativeBuffer<float>(count);
            NormKernel<T, TElement>.Forward(wide.Pointer, weight.Pointer, Pointer(result), inverse.Pointer, count, width, norm.Epsilon);
            GC.KeepAlive(rows);
            GC.KeepAlive(norm);
            GC.KeepAlive(result);
        }

        public override void Gate(Tensor gate, Tensor up, Tensor result)
        {
            var width = gate.shape[^1];
            for (long row = 0, start = 0; row < Count(gate); row++, start += width) // one by one: what fills no vector is a row's end
            {
                GatedKernel<T, TElement>.Forward(Pointer(gate) + start, Pointer(up) + start, Pointer(result) + start, width);
            }

            GC.KeepAlive(gate);
            GC.KeepAlive(up);
            GC.KeepAlive(result);
        }

        public override void Attend(int layer, Tensor queries, ForwardPlan plan, Tensor result)
        {
            var step = plan.Step!;
            var (width, heads, headDim) = ((int)queries.shape[1], (int)queries.shape[2], (int)queries.shape[3]);
            T* query = Pointer(queries), output = Pointer(result);
            for (var row = 0; row < queries.shape[0]; row++)
            {
                var (keys, values) = step.ReadAll(layer, row);                      // [1, kvHeads, capacity, headDim]
                using var ownedKeys = keys;
                using var ownedValues = values;
                T* key = Pointer(keys), value = Pointer(values);
                var headSize = keys.shape[2] * headDim;
                var (first, group) = (row * width, heads / (int)keys.shape[1]);
                var current = row;
                var longest = Enumerable.Range(0, width).Max(token => step.Slots(layer, current, token).Length);
                Share(width * heads, heads, (long)width * heads * headDim * longest * 2, (start, end) =>
                {
                    using var scratch = new NativeBuffer<float>(CachedAttentionKernel<T, TElement>.ScratchLength(longest, headDim));
                    for (var unit = start; unit < end; unit++)
                    {
                        var (token, head) = (unit / heads, unit % heads);
                        var place = ((((long)first + token) * heads) + head) * headDim;
                        CachedAttentionKernel<T, TElement>.Attend(
                            query + place, key + (head / group * headSize), value + (head / group * headSize),
                            step.Slots(layer, current, token), headDim, output + place, scratch.Pointer);
                    }
                });
                GC.KeepAlive(queries);
                GC.KeepAlive(result);
            }
        }

        private static int Count(Tensor rows) => (int)(rows.numel() / rows.shape[^1]);

        private static T* Pointer(Tensor? tensor) => tensor is null ? null : (T*)TensorMemory.Pointer(tensor);

        private static Singles Wide(Tensor rows)
        {
            var pointer = Pointer(rows);
            if (typeof(T) == typeof(float))
            {
                return new Singles((float*)pointer, null);
            }

            var buffer = new NativeBuffer<float>(rows.numel());
            RowKernel<T, TElement>.Widen(pointer, buffer.Pointer, rows.numel());
            return new Singles(buffer.Pointer, buffer);
        }
    }

    /// <summary>Numbers in fp32: a tensor's own, or a copy.</summary>
    private readonly struct Singles(float* pointer, NativeBuffer<float>? copy) : IDisposable
    {
        public float* Pointer => pointer;

        public void Dispose() => copy?.Dispose();
    }
}
