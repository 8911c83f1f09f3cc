using System.Text.Json.Serialization;
using LlmEfficiency.Core.Settings;

namespace LlmEfficiency.SparseRL.Rewards;

/// <summary>A form that responses should have.</summary>
[JsonConverter(typeof(SnakeCaseNames<ResponseForm>))]
public enum ResponseForm
{
    /// <summary>An answer in <c>\boxed{…}</c>.</summary>
    Boxed,

    /// <summary><c>&lt;think&gt;…&lt;/think&gt;</c>, once and at the beginning, and an answer behind it.</summary>
    Think,
}
