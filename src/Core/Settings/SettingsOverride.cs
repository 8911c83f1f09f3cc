using System.Text;
using System.Text.Json;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Settings;

/// <summary>Sets one value of a settings text: <c>training.steps=1000</c>.</summary>
/// <param name="root">The type of the whole text.</param>
/// <param name="text">The path, an equals sign, the value.</param>
/// <param name="folder">What <c>${config}</c> stands for, if anything.</param>
internal sealed class SettingsOverride(SettingsType root, string text, string? folder)
{
    private readonly SettingsSource _source = new(text, folder, default, hasLines: false);

    /// <summary>Sets the value.</summary>
    /// <exception cref="LlmEfficiencyException">There is no such setting, or the text says nothing.</exception>
    public void Apply(SettingsNode settings)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        if (at <= 0 || SettingsPath.Split(text[..at]) is not { } parts)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Usage,
                $"'{text}' sets nothing: write KEY=VALUE, as in training.steps=1000 or data.sources[0].weight=0.5");
        }

        var (node, type, path, allowsNull) = (settings, root, "", false);
        foreach (var part in parts)
        {
            (node, type, allowsNull, path) = part is int index
                ? Item(node, type, index, path)
                : Key(node, type, (string)part, path);
        }

        node.Become(Value(text[(at + 1)..], type, allowsNull));
    }

    private (SettingsNode Node, SettingsType Type, bool AllowsNull, string Path) Key(
        SettingsNode node, SettingsType type, string name, string path)
    {
        var key = type.HasKeys ? type.Keys.FirstOrDefault(key => key.Name == name) : null;
        if (key is null && !type.IsMap)
        {
            throw Refuse(type.HasKeys
                ? SettingsPath.Unknown(name, path, type, root)
                : $"'{path}' has no key '{name}': it is {type}");
        }

        if (node.Kind != JsonValueKind.Object)
        {
            node.Become(Empty(JsonValueKind.Object));
            SettingsDefaults.Fill(node, type);
        }

        if (!node.Keys.TryGetValue(name, out var value))
        {
            node.Keys.Add(name, value = Empty(JsonValueKind.Null));
        }

        return key is null
            ? (value, type.Element, type.AllowsNullElements, SettingsPath.Join(path, name))
            : (value, type.Of(key), key.IsSetNullable, SettingsPath.Join(path, name));
    }

    private (SettingsNode Node, SettingsType Type, bool AllowsNull, string Path) Item(
        SettingsNode node, SettingsType type, int index, string path)
    {
        if (!type.IsList)
        {
            throw Refuse($"'{path}' has no [{index}]: it is {type}");
        }

        if (node.Kind != JsonValueKind.Array)
        {
            node.Become(Empty(JsonValueKind.Array));
        }

        if (index > node.Items.Count)
        {
            var count = node.Items.Count;
            throw Refuse($"'{path}' has no [{index}]: it has {count} items, and [{count}] would add one");
        }

        if (index == node.Items.Count)
        {
            node.Items.Add(Empty(JsonValueKind.Null));
        }

        return (node.Items[index], type.Element, type.AllowsNullElements, $"{path}[{index}]");
    }

    private SettingsNode Value(string value, SettingsType type, bool allowsNull)
    {
        if (value == "null" && allowsNull)
        {
            return Empty(JsonValueKind.Null);
        }

        var isJson = !type.IsWord || value.StartsWith('"')
            || (value is ['{' or '[', ..] && type.Reader.Type != typeof(string));
        try
        {
            return isJson ? Parse(value) : Word(value);
        }
        catch (LlmEfficiencyException) when (value is not ['{' or '[' or '"', ..])
        {
            return Word(value); // the check will say what must be here
        }
    }

    private SettingsNode Parse(string value) =>
        SettingsParser.Parse(new SettingsSource(text, folder, Encoding.UTF8.GetBytes(value), hasLines: false));

    private SettingsNode Word(string value) =>
        Empty(JsonValueKind.Null).With(JsonValueKind.String, _source.Expand(value, 0));

    private SettingsNode Empty(JsonValueKind kind) => new SettingsNode(_source, 0).With(kind);

    private LlmEfficiencyException Refuse(string problem) => _source.Refuse(0, problem);
}
