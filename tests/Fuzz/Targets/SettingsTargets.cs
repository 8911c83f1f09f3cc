using System.Text;
using LlmEfficiency.Core.Settings;

namespace LlmEfficiency.Fuzz.Targets;

/// <summary>Settings files and overrides; what is accepted is written and read again, and must be the same.</summary>
public static class SettingsTargets
{
    private static readonly string[] Words =
    [
        "\"name\":", "\"count\":", "\"rate\":", "\"day\":", "\"parts\":[", "\"flags\":{", "null", "true", "1e999", "-1", "\"Friday\"", "// x\n",
        "/*", "*/", ",", "]", "}", "\\ud800", "${config}", "[0]", ".name=", "2147483648", "\"base\":\"x\"",
    ];

    /// <summary>Gets the reader of files.</summary>
    public static FuzzTarget File { get; } = new(
        "settings",
        100_000,
        [
            """{"name":"a","count":null,"rate":1e-3,"day":"Monday","parts":[{"name":"b","flags":{"x":true}}],}"""u8.ToArray(),
            "{ // why\n \"name\": \"größer\", /* b */ \"flags\": {},\n}"u8.ToArray(),
        ],
        Read,
        Words);

    /// <summary>Gets the reader of overrides.</summary>
    public static FuzzTarget Override { get; } = new(
        "settings-override",
        30_000,
        [
            "parts[0].name=x"u8.ToArray(), "parts=[{\"name\":\"b\",\"count\":1,},]"u8.ToArray(), "count=null"u8.ToArray(), "flags.x=true"u8.ToArray(),
            "day=Sunday"u8.ToArray(), "name=\"quoted\""u8.ToArray(), "rate=0.25"u8.ToArray(),
        ],
        input => Same(SettingsFile.Read(null, ["name=a", Encoding.UTF8.GetString(input)], FuzzedSettingsJson.Default.FuzzedSettings)),
        Words);

    private static void Read(byte[] input) => Same(Parse(input));

    private static void Same(FuzzedSettings settings)
    {
        var text = SettingsText.Write(settings, FuzzedSettingsJson.Default.FuzzedSettings);
        var again = SettingsText.Write(Parse(Encoding.UTF8.GetBytes(text)), FuzzedSettingsJson.Default.FuzzedSettings);
        if (text != again)
        {
            throw new InvalidOperationException($"written and read again, the settings are others: {again}");
        }
    }

    private static FuzzedSettings Parse(byte[] text) => SettingsFile.Parse("x.json", text, [], FuzzedSettingsJson.Default.FuzzedSettings);
}
