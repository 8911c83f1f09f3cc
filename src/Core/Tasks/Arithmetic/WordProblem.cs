using LlmEfficiency.Core.Tasks.Words;

namespace LlmEfficiency.Core.Tasks.Arithmetic;

/// <summary>
/// A calculation told in words while it is written down: its facts, its question, and the steps, each of which computes
/// its own equation, so that a reference cannot be wrong.
/// </summary>
internal sealed class WordProblem
{
    private const double DistractorShare = 0.12;
    private static readonly string[] Openings = ["First", "Then", "Next"];
    private readonly List<string> _facts = [];
    private readonly List<(string Sentence, string Equation)> _steps = [];
    private readonly bool _isHard;
    private string _question = "";
    private string _goal = "";
    private string _conclusion = "";

    public WordProblem(TaskRandom random, bool isHard)
    {
        Random = random;
        _isHard = isHard;
        Name = random.Pick(Names.All);
        Other = random.PickOther(Names.All, Name);
        Items = random.Pick(Things.Countable);
    }

    public TaskRandom Random { get; }

    public string Name { get; }

    public string Other { get; }

    /// <summary>Gets a plural noun of things to count.</summary>
    public string Items { get; }

    public string He => Names.He(Name);

    public string His => Names.His(Name);

    /// <summary>
    /// Gets or sets whether a fact that does not matter may be slipped in; not where it could mislead a person.
    /// </summary>
    public bool AllowsDistractor { get; set; } = true;

    public int Result { get; private set; }

    public string Key => string.Join('|', _steps.Select(step => step.Equation));

    /// <summary>A factor of one digit.</summary>
    public int Digit() => Random.Between(_isHard ? 3 : 2, _isHard ? 9 : 6);

    /// <summary>The other factor: two digits in hard problems.</summary>
    public int Factor() => _isHard ? Random.Between(24, 96) : Random.Between(2, 12);

    /// <summary>A term of a sum.</summary>
    public int Amount() => _isHard ? Random.Between(80, 960) : Random.Between(3, 40);

    /// <summary>Some of a whole, but not all of it, and more than one where the whole allows it.</summary>
    public int PartOf(int whole)
    {
        var most = Math.Max(1, Math.Min(whole - 1, _isHard ? 700 : 30));
        return Random.Between(Math.Min(2, most), most);
    }

    public string Pick(params IReadOnlyList<string> wordings) => Random.Pick(wordings);

    public void Fact(string sentence) => _facts.Add(sentence);

    /// <summary>Adds facts whose order does not matter, in random order.</summary>
    public void Facts(params IReadOnlyList<string> sentences) => _facts.AddRange(Random.Shuffle(sentences));

    /// <summary>Sets the question, and what it asks for as an indirect question: "how many apples Tom has".</summary>
    public void Ask(string question, string goal) => (_question, _goal) = (question, goal);

    public void Conclude(string sentence) => _conclusion = sentence;

    public int Times(string what, int a, int b) => Step(what, a, '*', b, a * b);

    public int Plus(string what, int a, int b) => Step(what, a, '+', b, a + b);

    public int Minus(string what, int a, int b) => Step(what, a, '-', b, a - b);

    public int Over(string what, int a, int b) => Step(what, a, '/', b, a / b);

    public string Prompt()
    {
        var facts = _facts.ToList();
        if (AllowsDistractor && Random.Chance(DistractorShare))
        {
            facts.Insert(Random.Between(1, facts.Count), Distractor());
        }

        return string.Join(' ', facts) + " " + _question;
    }

    public string Response()
    {
        var lines = new List<string> { Random.Chance(0.5) ? $"We want to know {_goal}." : $"Let us find out {_goal}." };
        for (var index = 0; index < _steps.Count; index++)
        {
            var isLast = index == _steps.Count - 1;
            var opening = isLast && index > 1 ? "Finally" : Openings[Math.Min(index, Openings.Length - 1)];
            lines.Add($"{opening}, {_steps[index].Sentence}: {_steps[index].Equation}.");
        }

        lines.Add(_conclusion);
        lines.Add($"The answer is {Result}.");
        return string.Join(' ', lines);
    }

    private int Step(string what, int a, char sign, int b, int result)
    {
        _steps.Add((what, $"{a} {sign} {b} = {result}"));
        return Result = result;
    }

    private string Distractor() => Pick(
        $"{Name} is {Random.Between(6, 12)} years old.",
        $"Yesterday {Name} read {Random.Between(5, 40)} pages of a book.",
        $"{Name} lives {Random.Between(2, 9)} streets away from school.",
        $"The room has {Random.Between(2, 8)} windows.",
        $"{Name} has {Random.Between(2, 5)} cousins.",
        $"It is {Random.Between(1, 11)} o'clock.");
}
