using LlmEfficiency.Core.Tasks.Words;

namespace LlmEfficiency.Core.Tasks.Dialogue;

/// <summary>Greets, introduces itself, answers thanks and declines what it cannot do.</summary>
internal static class SocialTurns
{
    private const string Introduction =
        "I am llmeff-tiny, a small language model. I can tell stories, solve arithmetic problems and edit text.";

    private const string Refusal =
        "I am sorry, I cannot do that. I can tell stories, solve arithmetic problems and edit text.";

    private static readonly string[] Goodbyes =
        ["My name is {0}.", "This is {0}.", "{0} says goodbye.", "I am {0} and I have to go.", "Yours, {0}."];

    private static readonly string[] Addressed = ["", ", model", ", friend", " for this"];

    private static readonly string[] Hellos =
        [
            "Hello!", "Hi!", "Hi there!", "Good morning!", "Good evening!", "Hey!", "Hello there!", "Good day!",
            "Greetings!", "",
        ];

    private static readonly string[] Presentations =
        ["My name is {0}.", "I am {0}.", "This is {0}.", "You can call me {0}.", "{0} is my name.", "{0} here."];

    private static readonly string[] Requests =
        ["Please greet me.", "Say hello to me.", "Please say hello.", "Greet me by name.", "Can you greet me?", ""];

    private static readonly string[] Identity =
    [
        "Who are you?", "What are you?", "What is your name?", "Tell me who you are.", "What can you do?",
        "Introduce yourself.",
        "Please introduce yourself.", "What should I call you?", "Are you a model?", "Which model are you?",
        "Can you help me?",
        "What do you do?", "Say who you are.", "Describe yourself.", "Do you have a name?",
        "What kind of program are you?",
    ];

    private static readonly string[] Polite =
        [
            "", " Please answer.", " I would like to know.", " I am curious.", " Tell me, please.", " I am new here.",
            " Thank you.",
        ];

    private static readonly string[] OutOfScope =
    [
        "What is the weather in {0} today?", "Who won the game in {0} yesterday?", "Book me a flight to {0}.",
        "What time is it in {0}?", "Order a pizza to {0}.", "Call a taxi in {0}.", "Show me a photo of {0}.",
        "Play a song from {0}.", "What is the news from {0}?", "Find me a hotel in {0}.",
        "Translate this for my friend in {0}.",
        "How much is a train ticket to {0}?",
    ];

    private static readonly string[] Cities =
    [
        "Paris", "London", "Rome", "Berlin", "Madrid", "Vienna", "Prague", "Oslo", "Tokyo", "Lima", "Cairo", "Delhi",
        "Boston",
        "Chicago", "Toronto", "Sydney", "Dublin", "Lisbon", "Athens", "Warsaw", "Seoul", "Nairobi", "Havana", "Quito",
    ];

    private static readonly string[] Thankses =
        [
            "Thank you{0}!", "Thanks{0}!", "Thank you very much{0}.", "Many thanks{0}.",
            "That was helpful{0}, thanks.", "Great{0}, thank you!",
        ];

    public static TaskExample Greet(TaskRandom random)
    {
        var name = random.Pick(Names.All);
        var prompt = Join(random.Pick(Hellos), Filled(random.Pick(Presentations), name), random.Pick(Requests));
        return TaskExample.Exchange("greet", prompt, prompt, $"Hello, {name}! How can I help you?");
    }

    public static TaskExample WhoAreYou(TaskRandom random)
    {
        var prompt = Join(random.Pick(Hellos), random.Pick(Identity) + random.Pick(Polite));
        return TaskExample.Exchange("identity", prompt, prompt, Introduction);
    }

    public static TaskExample Refuse(TaskRandom random)
    {
        var prompt = Join(random.Pick(Hellos), Filled(random.Pick(OutOfScope), random.Pick(Cities)));
        return TaskExample.Exchange("refuse", prompt, prompt, Refusal);
    }

    public static TaskExample Thanks(TaskRandom random)
    {
        var name = random.Pick(Names.All);
        var thanks = Filled(random.Pick(Thankses), random.Pick(Addressed));
        var prompt = Join(thanks, Filled(random.Pick(Goodbyes), name));
        return TaskExample.Exchange("thanks", prompt, prompt, $"You are welcome, {name}!");
    }

    private static string Filled(string form, string word) => form.Replace("{0}", word, StringComparison.Ordinal);

    private static string Join(params string[] parts) => string.Join(' ', parts.Where(part => part.Length > 0));
}
