using LlmEfficiency.Core.Tasks.Words;

namespace LlmEfficiency.Core.Tasks.Dialogue;

/// <summary>Says words as it is told: so many times, as a list, the next day, the opposite.</summary>
internal static class WordTurns
{
    private static readonly string[] Numbers = ["two", "three", "four", "five", "six"];

    private static readonly string[] Known = [.. Things.Goods, .. Things.Colours, .. Things.Animals];

    private static readonly string[][] Pools =
        [Things.Goods, Things.Animals, Things.Countable, Things.Colours, Things.Places, Names.All];

    private static readonly string[] TimesForms =
    [
        "Say the word {0} {1} times.", "Write {0} {1} times.", "Repeat the word {0} {1} times.",
        "Answer with the word {0} {1} times.", "Please say {0} {1} times.",
    ];

    private static readonly string[] ListForms =
    [
        "Name {1} of these: {0}.", "List {1} things from here: {0}.", "Make a list of the first {1} of these: {0}.",
        "Give me a list with the first {1} words: {0}.", "Write the first {1} of these as a list: {0}.",
    ];

    private static readonly string[] Days =
        ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

    private static readonly string[] DayForms =
    [
        "Which day comes after {0}?", "What day is the day after {0}?", "Today is {0}. What day is tomorrow?",
        "What day follows {0}?", "Say the day after {0}.", "Tell me the day that comes after {0}.",
        "Yesterday was {0}. What day is it today?", "If today is {0}, what is tomorrow?",
    ];

    private static readonly string[] BeforeForms =
    [
        "Which day comes before {0}?", "What day is the day before {0}?", "Today is {0}. What day was yesterday?",
        "Say the day before {0}.", "Tell me the day that comes before {0}.", "If today is {0}, what was yesterday?",
    ];

    private static readonly string[] Asides =
        [
            "", "Hello!", "I forgot something.", "A quick question.", "Please help me.", "I have a question.",
            "Tell me this.", "Hi!",
        ];

    private static readonly (string, string)[] Opposites =
    [
        ("big", "small"), ("hot", "cold"), ("long", "short"), ("old", "new"), ("happy", "sad"), ("light", "heavy"),
        ("fast", "slow"), ("day", "night"), ("up", "down"), ("open", "closed"), ("full", "empty"), ("clean", "dirty"),
        ("wet", "dry"), ("loud", "quiet"), ("soft", "hard"), ("early", "late"), ("near", "far"), ("strong", "weak"),
        ("rich", "poor"), ("good", "bad"), ("first", "last"), ("left", "right"), ("high", "low"), ("thick", "thin"),
    ];

    private static readonly string[] OppositeForms =
    [
        "What is the opposite of {0}?", "Say the opposite of {0}.", "Which word is the opposite of {0}?",
        "Tell me the opposite of {0}.", "The opposite of {0} is what?",
    ];

    public static TaskExample Times(TaskRandom random)
    {
        var word = random.Chance(0.4) ? Invented.Word(random) : random.Pick(Known);
        var count = random.Next(Numbers.Length);
        var prompt = string.Format(null, random.Pick(TimesForms), word, Numbers[count]);
        return TaskExample.Exchange("times", prompt, prompt, string.Join(' ', Enumerable.Repeat(word, count + 2)));
    }

    public static TaskExample List(TaskRandom random)
    {
        var words = random.Sample(random.Pick(Pools), random.Between(4, 6));
        var (count, given) = (random.Between(2, 3), string.Join(", ", words));
        var prompt = string.Format(null, random.Pick(ListForms), given, Numbers[count - 2]);
        var list = string.Join('\n', words.Take(count).Select(word => "- " + word));
        return TaskExample.Exchange("list", prompt, prompt, list);
    }

    public static TaskExample DayAfter(TaskRandom random)
    {
        var (day, isAfter) = (random.Next(Days.Length), random.Chance(0.6));
        var aside = random.Pick(Asides);
        var question = string.Format(null, random.Pick(isAfter ? DayForms : BeforeForms), Days[day]);
        var prompt = aside.Length == 0 ? question : $"{aside} {question}";
        var other = Days[(day + (isAfter ? 1 : Days.Length - 1)) % Days.Length];
        return TaskExample.Exchange("day", prompt, prompt, $"It is {other}.");
    }

    public static TaskExample Opposite(TaskRandom random)
    {
        var (word, opposite) = random.Pick(Opposites);
        if (random.Chance(0.5))
        {
            (word, opposite) = (opposite, word);
        }

        var (aside, question) = (random.Pick(Asides), string.Format(null, random.Pick(OppositeForms), word));
        var prompt = aside.Length == 0 ? question : $"{aside} {question}";
        return TaskExample.Exchange("opposite", prompt, prompt, $"The opposite of {word} is {opposite}.");
    }
}
