using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.SamDecoding.Drafting;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Files of earlier answers: tells what they hold.</summary>
internal static class SamCacheCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create() => new("cache", "Describe files of earlier answers.") { Info() };

    private static DocumentedCommand Info()
    {
        var file = new Argument<string>("file") { Description = "The file, as --draft-cache wrote it" };
        var json = JsonOption.Create();
        var command = new DocumentedCommand("info", "Tell what a file of earlier answers holds.")
        {
            Examples = ["llmeff sam cache info answers.cache"],
        };
        command.Add(file);
        command.Add(json);
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(file);
            var snapshot = AnswerSnapshot.Open(path, []);
            parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(json) ? Json(path, snapshot) : Text(path, snapshot));
        });
        return command;
    }

    private static string Text(string path, AnswerSnapshot snapshot)
    {
        var spaces = snapshot.Cache.Namespaces;
        var width = spaces.Count == 0 ? 0 : spaces.Max(space => space.Name.Length);
        string[] lines =
        [
            path,
            Line($"tokens     {spaces.Sum(space => space.Tokens):N0} in {spaces.Sum(space => space.Answers):N0} answers, {spaces.Count:N0} namespaces"),
            Line($"memory     {snapshot.Cache.Bytes:N0} bytes of at most {snapshot.Cache.MaxBytes:N0}"),
            Line($"size       {snapshot.FileBytes:N0} bytes"),
            Line($"tokenizer  {Convert.ToHexStringLower(snapshot.TokenizerHash.Span)[..16]}, {snapshot.VocabularySize:N0} ids"),
            .. spaces.Select(space => Line(
                $"namespace  {space.Name.PadRight(width)}  {space.Tokens:N0} tokens in {space.Answers:N0} answers of {space.Added:N0}, {space.Bytes:N0} bytes")),
        ];
        return string.Join(Environment.NewLine, lines);
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Json(string path, AnswerSnapshot snapshot)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("file", path);
            json.WriteNumber("bytes", snapshot.FileBytes);
            json.WriteNumber("memory_bytes", snapshot.Cache.Bytes);
            json.WriteNumber("max_memory_bytes", snapshot.Cache.MaxBytes);
            json.WriteNumber("vocabulary_size", snapshot.VocabularySize);
            json.WriteString("tokenizer_hash", Convert.ToHexStringLower(snapshot.TokenizerHash.Span));
            json.WriteStartArray("namespaces");
            foreach (var space in snapshot.Cache.Namespaces)
            {
                json.WriteStartObject();
                json.WriteString("name", space.Name);
                json.WriteNumber("tokens", space.Tokens);
                json.WriteNumber("answers", space.Answers);
                json.WriteNumber("added_answers", space.Added);
                json.WriteNumber("automata", space.Automata);
                json.WriteNumber("memory_bytes", space.Bytes);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }
}
