using System.Text.Json;
using System.Text.Json.Nodes;
using LlmEfficiency.Core.Settings;
using LlmEfficiency.SparseRL.Objectives;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>Puts single values of an objective over those of a named one.</summary>
internal static class ObjectiveMerge
{
    /// <summary>Returns the named objective with each value instead that is not at its default.</summary>
    /// <param name="named">The named one.</param>
    /// <param name="values">The values.</param>
    public static ObjectiveSettings Over(ObjectiveSettings named, ObjectiveSettings values)
    {
        var merged = Node(named);
        Overwrite(merged, Node(values), Node(new ObjectiveSettings()));
        return merged.Deserialize(RlJson.Default.ObjectiveSettings)!;
    }

    private static JsonObject Node(ObjectiveSettings settings) =>
        JsonObject.Create(SettingsText.ToElement(settings, RlJson.Default.ObjectiveSettings))!;

    private static void Overwrite(JsonObject target, JsonObject values, JsonObject defaults)
    {
        foreach (var (key, value) in values)
        {
            if (value is JsonObject inner && target[key] is JsonObject place)
            {
                Overwrite(place, inner, defaults[key]!.AsObject());
            }
            else if (!JsonNode.DeepEquals(value, defaults[key]))
            {
                target[key] = value?.DeepClone();
            }
        }
    }
}
