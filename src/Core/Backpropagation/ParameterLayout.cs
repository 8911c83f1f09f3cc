using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Models;

namespace LlmEfficiency.Core.Backpropagation;

/// <summary>
/// Where each parameter of a model lies in one flat array: matrices first, which weight decay pulls at, then norms and biases.
/// </summary>
public sealed class ParameterLayout
{
    private const int Alignment = 16; // elements: a cache line of fp32

    private readonly Dictionary<string, ParameterPlace> _places = [];

    /// <summary>Lays out named tensors.</summary>
    /// <param name="shapes">Shapes by name; the order within a group is kept.</param>
    public ParameterLayout(IEnumerable<KeyValuePair<string, IReadOnlyList<long>>> shapes)
    {
        long offset = 0;
        foreach (var group in shapes.GroupBy(pair => pair.Value.Count > 1).OrderByDescending(group => group.Key))
        {
            foreach (var (name, shape) in group)
            {
                var place = new ParameterPlace(name, offset, shape);
                _places.Add(name, place);
                offset = (offset + place.Count + Alignment - 1) / Alignment * Alignment;
            }

            DecayedLength = group.Key ? offset : DecayedLength;
        }

        (Places, Length) = ([.. _places.Values], offset);
    }

    /// <summary>Gets the parameters in order.</summary>
    public IReadOnlyList<ParameterPlace> Places { get; }

    /// <summary>Gets the length of the array, in elements; gaps between parameters stay zero.</summary>
    public long Length { get; }

    /// <summary>Gets how much of the beginning holds matrices.</summary>
    public long DecayedLength { get; }

    /// <summary>Gets the place of a parameter.</summary>
    public ParameterPlace this[string name] => _places[name];

    /// <summary>Lays out a transformer; tied, the output matrix is the embedding.</summary>
    public static ParameterLayout Of(TransformerConfig config) => new(TransformerShapes.Of(config));

    /// <summary>Finds a parameter that not every model has.</summary>
    public ParameterPlace? Find(string name) => _places.GetValueOrDefault(name);
}
