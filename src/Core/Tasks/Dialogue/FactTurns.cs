using LlmEfficiency.Core.Tasks.Words;
using LlmEfficiency.Core.Templates;

namespace LlmEfficiency.Core.Tasks.Dialogue;

/// <summary>Answers from what the conversation has said: in the same message, or two turns before.</summary>
internal static class FactTurns
{
    private static readonly string[] Introductions =
        [
        "Please remember that my name is {0}.", "Remember my name, it is {0}.", "I am {0}. Do not forget it.",
        "Hello, I am {0}. Please remember me.", "Keep in mind that I am {0}.",
    ];

    private static readonly string[] NameQuestions =
    [
        "What is my name?", "Do you remember my name?", "Who am I?", "Tell me my name.", "Can you say my name?",
        "How did I say I am called?",
    ];

    private static readonly string[] ThingQuestions =
        ["Where is the {0}?", "Where can I find the {0}?", "Tell me where the {0} is."];

    private static readonly Func<TaskRandom, TaskExample>[] Loud =
        [WordTurns.Times, YesOrNo, Recall, SocialTurns.Greet];

    private static readonly Func<TaskRandom, TaskExample>[] Interludes =
        [WordTurns.DayAfter, WordTurns.Times, WordTurns.Opposite, WordTurns.List, YesOrNo, SocialTurns.WhoAreYou];

    private static readonly string[] LoudSystems =
        ["Answer in capital letters.", "Write everything in capital letters.", "Use only capital letters."];

    public static TaskExample YesOrNo(TaskRandom random)
    {
        var (name, thing, isTrue) = (random.Pick(Names.All), random.Pick(Things.Toys), random.Chance(0.5));
        var (quality, asked) = (random.Pick(Things.Colours), "");
        asked = isTrue ? quality : random.PickOther(Things.Colours, quality);
        var prompt = random.Pick(
        [
            $"{name} has {Phrases.A(quality)} {thing}. Is the {thing} {asked}?",
            $"The {thing} of {name} is {quality}. Is it {asked}?",
            $"{name}'s {thing} is {quality}. Does {name} have {Phrases.A(asked)} {thing}?",
        ]);
        return TaskExample.Exchange(
            "yes-no", prompt, prompt, isTrue ? $"Yes, the {thing} is {quality}." : $"No, the {thing} is {quality}.");
    }

    public static TaskExample Recall(TaskRandom random)
    {
        var people = random.Sample(Names.All, 2);
        var things = random.Sample(Things.Goods, 2);
        var places = random.Sample(Things.Places, 2).Select(Things.At).ToList();
        var asked = random.Next(2);
        var facts = string.Join(' ', random.Shuffle(Enumerable.Range(0, 2)
            .Select(index => $"{people[index]} left the {things[index]} {places[index]}.").ToList()));
        var (question, response) = random.Next(3) switch
        {
            0 => ($"Where is the {things[asked]}?", $"The {things[asked]} is {places[asked]}."),
            1 => ($"Who left the {things[asked]}?", $"{people[asked]} left the {things[asked]}."),
            _ => ($"What did {people[asked]} leave?", $"{people[asked]} left the {things[asked]}."),
        };
        return TaskExample.Exchange("recall", facts + question, $"{facts} {question}", response);
    }

    public static TaskExample RememberName(TaskRandom random)
    {
        var name = random.Pick(Names.All);
        var first = Filled(random.Pick(Introductions), name);
        var middle = random.Chance(0.7) ? Between(random) : null;
        return Conversation(
            "remember-name",
            [
                new("user", first), new("assistant", $"I will remember you, {name}."), .. middle?.Messages ?? [],
                new("user", random.Pick(NameQuestions)), new("assistant", $"Your name is {name}."),
            ],
            middle);
    }

    public static TaskExample RememberThing(TaskRandom random)
    {
        var (thing, place) = (random.Pick(Things.Toys), Things.At(random.Pick(Things.Places)));
        var first = Filled(
            random.Pick(["Remember this: the {0} is {1}.", "Note that the {0} is {1}.", "The {0} is {1}."]),
            thing, place);
        var middle = random.Chance(0.6) ? Between(random) : null;
        return Conversation(
            "remember-thing",
            [
                new("user", first), new("assistant", $"I will remember that the {thing} is {place}."),
                .. middle?.Messages ?? [],
                new("user", Filled(random.Pick(ThingQuestions), thing)),
                new("assistant", $"The {thing} is {place}."),
            ],
            middle);
    }

    public static TaskExample Capitals(TaskRandom random)
    {
        var inner = random.Pick(Loud)(random);
        var messages = inner.Messages!;
        return Conversation(
            "capitals",
            [
                new("system", random.Pick(LoudSystems)), .. messages.Take(messages.Count - 1),
                new("assistant", messages[^1].Content!.ToUpperInvariant()),
            ],
            inner);
    }

    private static TaskExample Between(TaskRandom random) => random.Pick(Interludes)(random);

    /// <summary>
    /// Makes the example of a conversation; an exchange inside it decides the split, so that it is in no other.
    /// </summary>
    private static TaskExample Conversation(string kind, ChatMessage[] messages, TaskExample? inner) => new()
    {
        Messages = messages,
        Key = inner?.Key
            ?? kind + "|" + string.Join('|', messages[..^1].Select(message => message.Content)),
        Answer = messages[^1].Content!,
        Kind = kind,
    };

    private static string Filled(string form, params string[] words) => string.Format(null, form, words);
}
