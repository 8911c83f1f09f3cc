using LlmEfficiency.Core.Tasks.Words;

namespace LlmEfficiency.Core.Tasks.Editing;

/// <summary>Plain sentences to copy from: every one names its person and its thing.</summary>
internal static class Passages
{
    private static readonly string[] Forms =
    [
        "{0} put the {1} {2} {7}.", "{0} found {4} {2} near the {3}.", "{0} gave the {2} to a friend {7}.",
        "{8}, {0} saw {4} {2}.", "{0} likes the {2} because it is {1}.", "{0} carried the {1} {2} to the {3}.",
        "Yesterday {0} lost {4} {2} {7}.", "{0} bought a {2} with the number {5}.", "The {2} {7} belongs to {0}.",
        "{0} wrote the word {6} on the {2}.", "{0} walked from the {3} home with a {2}.",
        "At noon {0} cleaned the {1} {2}.",
        "{0} showed the {1} {2} to everyone {7}.", "Every day {0} takes the {2} to the {3}.",
        "{0} called the {2} {6} and laughed.", "The old man {7} sold {0} a {2}.", "{0} hid the {2} under a {1} stone.",
        "{0} has a {2} from {6}.", "A bird near the {3} looked at {0} and the {2}.", "{0} paid {5} coins for the {2}.",
    ];

    private static readonly string[] PersonFirst = [.. Forms.Where(form => form.StartsWith("{0}", StringComparison.Ordinal))];

    private static readonly string[] TopicFirst =
        ["The {2} {7} belongs to {0}.", "The {2} was {1} when {0} found it.", "The {2} from {6} is for {0}.", "The {2} of {0} is {7}."];

    /// <summary>Makes one sentence about a person and a thing.</summary>
    public static string Sentence(TaskRandom random, string name, string thing) => Fill(random, Forms, name, thing);

    /// <summary>Makes one sentence that begins with its person, so that its first word tells whom it is about.</summary>
    public static string PersonSentence(TaskRandom random, string name, string thing) => Fill(random, PersonFirst, name, thing);

    /// <summary>Makes one sentence that begins with its thing, as a topic sentence does.</summary>
    public static string TopicSentence(TaskRandom random, string name, string thing) => Fill(random, TopicFirst, name, thing);

    /// <summary>Makes one sentence about anybody and anything.</summary>
    public static string Sentence(TaskRandom random) =>
        Sentence(random, random.Pick(Names.All), random.Pick(Things.Goods));

    /// <summary>Makes several sentences about anybody and anything.</summary>
    public static IReadOnlyList<string> Sentences(TaskRandom random, int count) =>
        Enumerable.Range(0, count).Select(_ => Sentence(random)).ToList();

    private static string Fill(TaskRandom random, string[] forms, string name, string thing)
    {
        var (adjective, place) = (random.Pick(Things.Adjectives), random.Pick(Things.Places));
        return string.Format(
            null,
            random.Pick(forms),
            name,
            adjective,
            thing,
            place,
            Phrases.A(adjective),
            random.Between(2, 99),
            Phrases.Capital(Invented.Word(random)),
            Things.At(place),
            Phrases.Capital(Things.At(place)));
    }
}
