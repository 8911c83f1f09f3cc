using System.Collections.Frozen;
using TorchSharp;

namespace LlmEfficiency.Core.Pickle;

/// <summary>
/// A name that a pickle may mention. It stands for behaviour of this reader; nothing is ever imported.
/// </summary>
/// <param name="Name">The module and the name in it.</param>
/// <param name="Call">What calling it makes of its arguments; null where it cannot be called.</param>
/// <param name="Storage">The element type, for a storage class.</param>
internal sealed record PickleGlobal(
    string Name, Func<PickleArguments, object?>? Call = null, torch.ScalarType? Storage = null)
{
    private static readonly FrozenDictionary<string, PickleGlobal> Allowed = new PickleGlobal[]
    {
        new("collections.OrderedDict", PickleCalls.OrderedDict),
        new("torch._utils._rebuild_tensor_v2", PickleCalls.RebuildTensor),
        new("torch._utils._rebuild_parameter", PickleCalls.RebuildParameter),
        new("torch.Size", PickleCalls.Size),
        new("torch.FloatStorage", Storage: torch.ScalarType.Float32),
        new("torch.DoubleStorage", Storage: torch.ScalarType.Float64),
        new("torch.HalfStorage", Storage: torch.ScalarType.Float16),
        new("torch.BFloat16Storage", Storage: torch.ScalarType.BFloat16),
        new("torch.LongStorage", Storage: torch.ScalarType.Int64),
        new("torch.IntStorage", Storage: torch.ScalarType.Int32),
        new("torch.ShortStorage", Storage: torch.ScalarType.Int16),
        new("torch.CharStorage", Storage: torch.ScalarType.Int8),
        new("torch.ByteStorage", Storage: torch.ScalarType.Byte),
        new("torch.BoolStorage", Storage: torch.ScalarType.Bool),
    }.ToFrozenDictionary(global => global.Name, StringComparer.Ordinal);

    /// <summary>Returns an allowed name, or null.</summary>
    public static PickleGlobal? Find(string module, string name) => Allowed.GetValueOrDefault($"{module}.{name}");
}
