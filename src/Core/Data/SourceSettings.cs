using System.ComponentModel;
using System.Globalization;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Data;

/// <summary>One source of documents.</summary>
public sealed record SourceSettings
{
    /// <summary>The kinds there are.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["text", "jsonl", "parquet", "task"];

    /// <summary>Gets the kind: <c>text</c>, <c>jsonl</c>, <c>parquet</c> or <c>task</c>.</summary>
    [Description("text, jsonl, parquet or task")]
    public string Kind { get; init; } = "jsonl";

    /// <summary>Gets files, folders and patterns (<c>*</c>, <c>?</c>, <c>**</c>); a name may end in <c>.gz</c>.</summary>
    [Description("files, folders and patterns with *, ? and **; a file may be compressed (.gz)")]
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>
    /// Gets what stands between two documents of a text file: any text; <c>\n\n</c> stands for blank lines; null makes
    /// a whole file one document.
    /// </summary>
    [Description("text between two documents of a text file; \"\\n\\n\" means blank lines; null: a file is one document")]
    public string? Separator { get; init; }

    /// <summary>Gets the column that holds a text.</summary>
    [Description("column with a text (found by its name 'text' if no column is named)")]
    public string? Text { get; init; }

    /// <summary>Gets the column that holds a prompt.</summary>
    [Description("column with a prompt (found by its name 'prompt')")]
    public string? Prompt { get; init; }

    /// <summary>Gets the column that holds what follows the prompt.</summary>
    [Description("column with what follows the prompt (found by its name 'completion')")]
    public string? Completion { get; init; }

    /// <summary>Gets the column that holds a conversation.</summary>
    [Description("column with a conversation (found by its name 'messages' or 'conversations')")]
    public string? Messages { get; init; }

    /// <summary>Gets the part of the samples, beside the weights of the other sources. Default 1.</summary>
    [Description("part of the samples, beside the weights of the other sources")]
    public double Weight { get; init; } = 1;

    /// <summary>Gets the most documents that are read, from the first on; null reads all.</summary>
    [Description("the most documents that are read; null: all")]
    public long? Limit { get; init; }

    /// <summary>Gets whether prompts and questions are learned too, not answers alone. Default false.</summary>
    [Description("learn prompts and questions too, not answers alone")]
    public bool TrainOnPrompt { get; init; }

    /// <summary>Gets whether a prompt with its completion stays out of the chat template. Default false.</summary>
    [Description("a prompt with its completion is one text, not a conversation in the chat template")]
    public bool PlainCompletions { get; init; }

    /// <summary>Gets the name of a synthetic task.</summary>
    [Description("name of a synthetic task (kind task)")]
    public string? Task { get; init; }

    /// <summary>Gets the number of examples of a task that make an epoch. Default 100 000.</summary>
    [Description("examples of a task that make an epoch (kind task)")]
    public long Count { get; init; } = 100_000;

    /// <summary>Refuses values that cannot work.</summary>
    /// <param name="path">Where these settings stand, such as <c>data.sources[0]</c>.</param>
    /// <exception cref="LlmEfficiencyException">A value cannot work; the message names it.</exception>
    public void Validate(string path)
    {
        Require(Kinds.Contains(Kind), path, "kind", Kind, $"the kinds are {string.Join(", ", Kinds)}");
        Require(double.IsFinite(Weight) && Weight > 0, path, "weight", Weight, "it must be a positive number");
        Require(Limit is null or > 0, path, "limit", Limit, "it must be positive");
        Require(Separator is null or { Length: > 0 and <= 1000 }, path, "separator", "empty or long", "give 1 to 1000 characters");
        if (Kind == "task")
        {
            Require(!string.IsNullOrEmpty(Task), path, "task", "missing", "name a task");
            Require(Count is > 0 and <= int.MaxValue, path, "count", Count, $"it must be from 1 to {int.MaxValue}");
            return;
        }

        Require(Paths.Count > 0 && Paths.All(name => name.Length > 0), path, "paths", "missing", "name files, folders or patterns");
        var forms = (Text is null ? 0 : 1) + (Prompt is null && Completion is null ? 0 : 1) + (Messages is null ? 0 : 1);
        Require(forms <= 1, path, "text, prompt and messages", "set together", "name the columns of one form");
    }

    private static void Require(bool holds, string path, string name, object? value, string remedy)
    {
        if (!holds)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Configuration, string.Create(CultureInfo.InvariantCulture, $"{path}.{name} is {value}: {remedy}"));
        }
    }
}
