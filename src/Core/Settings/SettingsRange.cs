using System.Globalization;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Settings;

/// <summary>Refuses impossible values of a part of the settings.</summary>
/// <param name="path">The part's key; empty for the settings themselves.</param>
public readonly struct SettingsRange(string path)
{
    /// <summary>Throws where a value cannot work.</summary>
    /// <param name="holds">Whether it can.</param>
    /// <param name="key">The value's key.</param>
    /// <param name="value">The value.</param>
    /// <param name="allowed">What is allowed.</param>
    /// <exception cref="LlmEfficiencyException">It cannot.</exception>
    public void Require(bool holds, string key, object? value, string allowed)
    {
        if (!holds)
        {
            var name = path.Length == 0 ? key : $"{path}.{key}";
            throw new LlmEfficiencyException(
                ErrorKind.Configuration, string.Create(CultureInfo.InvariantCulture, $"{name} is {value ?? "null"}: allowed is {allowed}"));
        }
    }
}
