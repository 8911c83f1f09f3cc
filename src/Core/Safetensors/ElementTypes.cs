using static TorchSharp.torch;

namespace LlmEfficiency.Core.Safetensors;

/// <summary>The element types of the format that torch has too.</summary>
internal static class ElementTypes
{
    // In the reference writer's order: tensors of later types are stored first.
    private static readonly (string Name, ScalarType Type, int Size)[] All =
    [
        ("BOOL", ScalarType.Bool, 1),
        ("U8", ScalarType.Byte, 1),
        ("I8", ScalarType.Int8, 1),
        ("I16", ScalarType.Int16, 2),
        ("F16", ScalarType.Float16, 2),
        ("BF16", ScalarType.BFloat16, 2),
        ("I32", ScalarType.Int32, 4),
        ("F32", ScalarType.Float32, 4),
        ("C64", ScalarType.ComplexFloat32, 8),
        ("F64", ScalarType.Float64, 8),
        ("I64", ScalarType.Int64, 8),
    ];

    public static string Names { get; } = string.Join(", ", All.Select(row => row.Name));

    public static bool TryParse(string name, out ScalarType type)
    {
        var index = Array.FindIndex(All, row => row.Name == name);
        type = index < 0 ? default : All[index].Type;
        return index >= 0;
    }

    public static string NameOf(ScalarType type) => Find(type).Name;

    public static int SizeOf(ScalarType type) => Find(type).Size;

    /// <summary>Returns the place of a type among those stored one after the other, smaller first.</summary>
    public static int OrderOf(ScalarType type) => -Array.FindIndex(All, row => row.Type == type);

    private static (string Name, ScalarType Type, int Size) Find(ScalarType type) =>
        Array.Find(All, row => row.Type == type) is { Name: not null } found
            ? found
            : throw new ArgumentException(
                $"safetensors has no element type {type}: convert to one of {Names}", nameof(type));
}
