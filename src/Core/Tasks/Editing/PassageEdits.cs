using LlmEfficiency.Core.Tasks.Words;

namespace LlmEfficiency.Core.Tasks.Editing;

/// <summary>Extracts, replaces and repeats parts of a passage.</summary>
internal static class PassageEdits
{
    private static readonly string[] ExtractWordings =
    [
        "Copy the sentences that mention {0}", "Write down every sentence about {0}",
        "Extract all sentences that contain the name {0}", "Which sentences mention {0}? Copy them",
        "Keep only the sentences with {0}",
    ];

    private static readonly string[] SummaryWordings =
    [
        "Copy the first sentence of each paragraph", "Summarise the text with the first sentence of each paragraph",
        "Write down how each paragraph begins, one sentence each", "Keep only the first sentence of every paragraph",
    ];

    private static readonly string[] ParagraphWordings =
    [
        "Copy the paragraph that contains the word {0}", "Which paragraph mentions {0}? Copy it",
        "Extract the paragraph with the word {0}", "Write down the paragraph in which {0} appears",
    ];

    private static readonly string[] ReplaceWordings =
    [
        "Replace the word {0} with {1} everywhere", "Replace {0} by {1} in this text",
        "Write {1} instead of {0} in this text",
        "Change every {0} to {1}", "In the text below, replace {0} with {1}",
    ];

    private static readonly string[] RepeatWordings =
    [
        "Repeat this text with \"{0}\" in front", "Copy this text and begin with \"{0}\"",
        "Write \"{0}\" and then the text below", "Put \"{0}\" before this text",
    ];

    private static readonly string[] Prefixes =
        ["Note:", "Copy:", "Story:", "Text:", "I read:", "It says:", "Listen:", "News:"];

    /// <summary>Makes 6 to 8 sentences about two or three people, and those about one of them.</summary>
    public static TaskExample ExtractSentences(TaskRandom random)
    {
        var people = random.Sample(Names.All, random.Between(2, 3));
        var wanted = people[0];
        var more = Enumerable.Range(0, random.Next(3)).Select(_ => random.Pick(people));
        var owners = random.Shuffle<string>([wanted, wanted, wanted, wanted, people[1], people[^1], .. more]);
        var sentences = owners
            .Select(owner => (Owner: owner, Text: Passages.PersonSentence(random, owner, random.Pick(Things.Goods))))
            .ToList();
        return EditExample.Of(
            "extract-sentences",
            string.Format(null, random.Pick(ExtractWordings), wanted),
            string.Join(' ', sentences.Select(sentence => sentence.Text)),
            string.Join(' ', sentences.Where(sentence => sentence.Owner == wanted).Select(sentence => sentence.Text)));
    }

    /// <summary>Makes 4 to 5 short paragraphs and their first sentences, one a line.</summary>
    public static TaskExample FirstSentences(TaskRandom random)
    {
        var paragraphs = Enumerable.Range(0, random.Between(4, 5))
            .Select(_ => Passages.Sentences(random, random.Between(1, 3))).ToList();
        return EditExample.Of(
            "first-sentences",
            random.Pick(SummaryWordings),
            string.Join("\n\n", paragraphs.Select(paragraph => string.Join(' ', paragraph))),
            string.Join('\n', paragraphs.Select(paragraph => paragraph[0])));
    }

    /// <summary>Makes 2 to 3 paragraphs, each about one thing that its first sentence begins with, and the one about a named thing.</summary>
    public static TaskExample FindParagraph(TaskRandom random)
    {
        var things = random.Sample(Things.Goods, random.Between(2, 3));
        var paragraphs = things
            .Select(thing => string.Join(' ', Enumerable.Range(0, random.Between(3, 4))
                .Select(_ => Passages.Sentence(random, random.Pick(Names.All), thing))
                .Prepend(Passages.TopicSentence(random, random.Pick(Names.All), thing)))).ToList();
        var chosen = random.Next(things.Count);
        return EditExample.Of(
            "find-paragraph",
            string.Format(null, random.Pick(ParagraphWordings), things[chosen]),
            string.Join("\n\n", paragraphs),
            paragraphs[chosen]);
    }

    /// <summary>Makes 4 to 6 sentences, most about one thing, and the same about another thing.</summary>
    public static TaskExample ReplaceWord(TaskRandom random)
    {
        var thing = random.Pick(Things.Goods);
        var other = random.Chance(0.4) ? Invented.Word(random) : random.PickOther(Things.Goods, thing);
        var sentences = Enumerable.Range(0, random.Between(4, 6))
            .Select(index => Passages.Sentence(random, random.Pick(Names.All), index > 1 && random.Chance(0.4)
                ? random.PickOther(Things.Goods, thing) : thing));
        var text = string.Join(' ', random.Shuffle(sentences.ToList()));
        return EditExample.Of(
            "replace-word",
            string.Format(null, random.Pick(ReplaceWordings), thing, other),
            text,
            WholeWords.Replace(text, thing, other));
    }

    /// <summary>Makes 4 to 6 sentences, and the same after a prefix.</summary>
    public static TaskExample Repeat(TaskRandom random)
    {
        var prefix = random.Chance(0.5) ? random.Pick(Prefixes) : $"{Phrases.Capital(Invented.Word(random))}:";
        var text = string.Join(' ', Passages.Sentences(random, random.Between(4, 6)));
        var instruction = string.Format(null, random.Pick(RepeatWordings), prefix);
        return EditExample.Of("repeat", instruction, text, $"{prefix} {text}");
    }
}
