using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Safetensors;
using LlmEfficiency.Core.Simd;
using LlmEfficiency.Core.Weights;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Loading;

/// <summary>
/// Weights stored as the engine of kernels reads them: mapped by it as they are (<see cref="Find"/>), and read as Hugging Face's tensors
/// by all others, which then hold what the engine computes with.
/// </summary>
internal sealed unsafe class PackedFile : IWeightSource
{
    private const int Alignment = 64;       // of a line of the processor's cache

    private readonly SafetensorsFile _file;
    private readonly Dictionary<string, (WeightPart Part, int First)> _places = [];

    private PackedFile(SafetensorsFile file, WeightFormat format, IReadOnlyList<WeightPart> parts)
    {
        (_file, Format) = (file, format);
        foreach (var part in parts)
        {
            var first = 0;
            foreach (var (name, outputs) in part.Sources)
            {
                _places.Add(name, (part, first));
                first += outputs;
            }
        }

        Entries = parts.SelectMany(part => part.Sources.Select(source => EntryOf(part, source))).ToDictionary(entry => entry.Name);
    }

    /// <summary>Gets how the matrices are packed.</summary>
    public WeightFormat Format { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, WeightEntry> Entries { get; }

    /// <summary>Opens the weights of a folder and checks that every part is there in its type and shape.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="config">The model's sizes.</param>
    /// <param name="format">The name of the format, as the folder's configuration has it.</param>
    /// <exception cref="LlmEfficiencyException">The format is unknown, or the file is damaged or does not fit the sizes.</exception>
    public static PackedFile Open(string folder, TransformerConfig config, string format)
    {
        var path = Path.Join(folder, ShardWriter.SingleFile);
        var known = WeightFormats.Find(format) ?? throw new LlmEfficiencyException(
            ErrorKind.Input, $"{folder}: the weights are packed as '{format}', which is none of {string.Join(", ", WeightFormats.Names)}: convert the original again");
        var file = SafetensorsFile.Open(path);
        try
        {
            var parts = WeightParts.Of(config, known);
            Check(path, file, parts);
            return new PackedFile(file, known, parts);
        }
        catch (LlmEfficiencyException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes the weights of a folder, a part at a time.</summary>
    /// <param name="folder">A folder that nobody reads yet, without weights.</param>
    /// <param name="parts">The parts.</param>
    /// <param name="source">Packs them.</param>
    public static void Write(string folder, IReadOnlyList<WeightPart> parts, IPartSource source)
    {
        var rows = parts.Select(part => new TensorRow(part.StoredName, part.StoredType, part.StoredShape));
        using var file = new IncrementalShards(folder, rows, long.MaxValue, Alignment);
        source.Visit(parts, (part, memory) =>
        {
            using var tensor = TorchInterop.FromMemory(memory, [.. part.StoredShape], part.StoredType);
            file.Write(part.StoredName, tensor);
        });
        file.Finish();
    }

    /// <summary>Returns where a part lies in memory.</summary>
    public IntPtr Find(WeightPart part) => _file.Locate(part.StoredName);

    /// <inheritdoc/>
    public Tensor Read(string name)
    {
        var (part, first) = _places[name];
        var entry = Entries[name];
        using var scope = NewDisposeScope();
        var numbers = empty([.. entry.Shape]);
        var target = (float*)TensorMemory.Pointer(numbers);
        var (outputs, inputs) = ((int)entry.Shape[0], (long)part.Inputs);
        if (part.Format is null)
        {
            new ReadOnlySpan<float>((float*)Find(part) + first, outputs).CopyTo(new Span<float>(target, outputs));
        }
        else
        {
            using var matrix = PackedMatrix.Over((void*)Find(part), part, SimdPath.Portable);
            _ = Parallel.For(0, outputs, output => matrix.ReadRow(first + output, target + (output * inputs)));
        }

        GC.KeepAlive(numbers);
        return numbers.to(entry.Type).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static WeightEntry EntryOf(WeightPart part, (string Name, int Outputs) source)
    {
        var type = part.Format == WeightFormat.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32;
        var bytes = new TensorRow(part.StoredName, part.StoredType, part.StoredShape).Bytes * source.Outputs / part.Outputs;
        return part.Format is { } format
            ? new WeightEntry(source.Name, [source.Outputs, part.Inputs], type, WeightFormats.Name(format), bytes)
            : new WeightEntry(source.Name, [source.Outputs], type, "F32", bytes);
    }

    private static void Check(string path, SafetensorsFile file, IReadOnlyList<WeightPart> parts)
    {
        foreach (var part in parts)
        {
            var wanted = $"{part.StoredType} [{string.Join(", ", part.StoredShape)}]";
            var found = file.Entries.TryGetValue(part.StoredName, out var entry) ? $"{entry.Type} [{string.Join(", ", entry.Shape)}]" : "missing";
            Require(found == wanted, $"{part.StoredName} is {found}, the configuration wants {wanted}");
        }

        Require(file.Entries.Count == parts.Count, $"there are {file.Entries.Count} tensors, the configuration wants {parts.Count}");

        void Require(bool holds, string problem)
        {
            if (!holds)
            {
                throw new LlmEfficiencyException(
                    ErrorKind.Input, $"{path}: {problem}: convert the original again with 'llmeff model convert --weights'");
            }
        }
    }
}
