using System.CommandLine;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Measuring;
using LlmEfficiency.Core.Speculation;
using LlmEfficiency.SamDecoding.Drafting;

namespace LlmEfficiency.Cli.Options;

/// <summary>Whether and how tokens are drafted.</summary>
internal sealed class SpeculationOptions
{
    private const string Off = "none";
    private const int MostRows = 1024;

    private readonly Option<string> _drafter = new("--speculate")
    {
        Description = $"Draft tokens and verify several in one pass: {string.Join(", ", DrafterList.All.Select(entry => entry.Name))}; "
            + "the answer stays the same",
        DefaultValueFactory = _ => Off,
        HelpName = "DRAFTER",
    };

    private readonly Option<int> _rows = new("--draft-rows")
    {
        Description = "At most so many tokens of a sequence in a pass, the draft and the one before it; a drafter's own limit may be lower",
        DefaultValueFactory = _ => 64,
        HelpName = "N",
    };

    private readonly Option<string[]> _indexes = new("--index")
    {
        Description = "A frozen index of a corpus to draft from (see 'llmeff sam index'); may be given often",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _predictions = new("--prediction")
    {
        Description = "A text file that the answer may be like; may be given often",
        HelpName = "FILE",
    };

    private readonly Option<string?> _cache = new("--draft-cache")
    {
        Description = "Draft from the earlier answers in this file, and write them back with the new ones; it is made if it is not there",
        HelpName = "FILE",
    };

    private readonly HeadOption _head = new();

    private readonly Option<string> _namespace = new("--draft-namespace")
    {
        Description = "The part of the cache: earlier answers of others are never drafted from",
        DefaultValueFactory = _ => AnswerCache.DefaultNamespace,
        HelpName = "NAME",
    };

    private readonly Option<bool> _isStrict = new("--strict")
    {
        Description = "Compute each token's numbers bitwise the same with and without drafts and other prompts",
    };

    private readonly Option<bool> _verifies = new("--verify-lossless")
    {
        Description = "Decode plainly too and stop at the first token that differs",
    };

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="canVerify">Whether it can decode twice.</param>
    public void AddTo(Command command, bool canVerify)
    {
        _drafter.CompletionSources.Add(_ => DrafterList.All.Select(entry => new System.CommandLine.Completions.CompletionItem(entry.Name)));
        command.Add(_drafter);
        command.Add(_rows);
        command.Add(_indexes);
        command.Add(_predictions);
        command.Add(_cache);
        command.Add(_namespace);
        _head.AddTo(command);
        command.Add(_isStrict);
        if (canVerify)
        {
            command.Add(_verifies);
        }
    }

    /// <summary>Checks the options before a model is loaded for them.</summary>
    /// <exception cref="LlmEfficiencyException">There is no such drafter, or a value is outside its range.</exception>
    public void Check(ParseResult parsed)
    {
        var entry = Entry(parsed);
        CheckTexts(
            entry, parsed.GetValue(_indexes)?.Length ?? 0, parsed.GetValue(_predictions)?.Length ?? 0, parsed.GetValue(_cache) is not null);
        _head.Check(parsed, [entry]);
        AnswerCache.CheckName(parsed.GetRequiredValue(_namespace));
        if (parsed.GetValue(_cache) is null && parsed.GetResult(_namespace) is { Implicit: false })
        {
            throw new LlmEfficiencyException(ErrorKind.Usage, "--draft-namespace names a part of a cache: give --draft-cache FILE");
        }

        if (entry is null && parsed.GetValue(_verifies))
        {
            throw new LlmEfficiencyException(ErrorKind.Usage, "--verify-lossless compares drafting with plain decoding: give --speculate DRAFTER");
        }

        CheckRows(Rows(parsed));
    }

    /// <summary>Checks how many tokens a pass may run.</summary>
    /// <exception cref="LlmEfficiencyException">The number is outside its range.</exception>
    public static void CheckRows(int rows)
    {
        if (rows is < 1 or > MostRows)
        {
            throw new LlmEfficiencyException(ErrorKind.Configuration, $"--draft-rows is {rows}: allowed is 1 to {MostRows}");
        }
    }

    /// <summary>Checks that a drafter gets the texts that it needs, and no others.</summary>
    /// <param name="entry">The drafter; null for none.</param>
    /// <param name="indexes">How many indexes are given.</param>
    /// <param name="predictions">How many predicted outputs are given.</param>
    /// <param name="hasCache">Whether a file of earlier answers is given.</param>
    /// <exception cref="LlmEfficiencyException">It needs an index, or cannot use what is given.</exception>
    public static void CheckTexts(DrafterEntry? entry, int indexes, int predictions, bool hasCache)
    {
        var name = entry?.Name ?? Off;
        if (entry is { NeedsIndex: true } && indexes == 0)
        {
            throw new LlmEfficiencyException(ErrorKind.Usage, $"--speculate {name} drafts from a corpus: give --index FILE");
        }

        (string Option, bool IsUseless)[] options =
        [
            ("--index", indexes > 0 && entry is not { UsesIndexes: true }),
            ("--prediction", predictions > 0 && entry is not { UsesPredictions: true }),
            ("--draft-cache", hasCache && entry is not { UsesAnswers: true }),
        ];
        foreach (var (option, _) in options.Where(option => option.IsUseless))
        {
            throw new LlmEfficiencyException(ErrorKind.Usage, $"{option} is of no use to --speculate {name}: choose auto, or leave it out");
        }
    }

    /// <summary>Opens the texts that a drafter may draw on, and the model's head if it needs one; whoever is done saves them.</summary>
    /// <exception cref="LlmEfficiencyException">A file cannot be read, is damaged, for another tokenizer or another model.</exception>
    public OpenedTexts Texts(ParseResult parsed, LoadedModel loaded) => OpenedTexts.Open(
        parsed.GetValue(_indexes) ?? [],
        SourceDocuments.Read(new SourceSettings { Kind = "text", Paths = parsed.GetValue(_predictions) ?? [] }).Select(document => document.Text!),
        loaded.Tokenizer,
        parsed.GetValue(_cache),
        parsed.GetRequiredValue(_namespace),
        _head.Open(parsed, loaded, [Entry(parsed)]));

    /// <summary>Makes the drafter; null for plain decoding.</summary>
    public IDrafter? Drafter(ParseResult parsed, OpenedTexts texts) => Entry(parsed)?.Create(texts.Sources);

    /// <summary>Makes what decides how much of a draft to verify; null to verify all.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="engine">What verifies; where <c>bench decode</c> has measured it, its costs are known.</param>
    public VerifyCost? Cost(ParseResult parsed, IDecodeEngine engine)
    {
        if (Entry(parsed)?.IsCalibrated != true)
        {
            return null;
        }

        var cost = new VerifyCost();
        cost.Know([.. (CostCurves.OfUser?.Find(engine) ?? []).Select(pass => (pass.Rows, pass.Milliseconds / 1e3))]);
        return cost;
    }

    /// <summary>Returns whether tokens are drafted.</summary>
    public bool IsOn(ParseResult parsed) => Entry(parsed) is not null;

    /// <summary>Returns how many tokens of a sequence a pass runs at most.</summary>
    public int Rows(ParseResult parsed) => parsed.GetValue(_rows);

    /// <summary>Returns whether plain and speculative decoding must agree bit by bit.</summary>
    public bool IsStrict(ParseResult parsed) => parsed.GetValue(_isStrict);

    /// <summary>Wraps a generator in the comparison with plain decoding, if that is asked for.</summary>
    public IGenerator Verified(ParseResult parsed, IGenerator plain, IGenerator speculative) =>
        parsed.GetValue(_verifies) ? new LosslessCheck(plain, speculative, parsed.GetValue(_isStrict)) : speculative;

    private DrafterEntry? Entry(ParseResult parsed) =>
        parsed.GetRequiredValue(_drafter) is var name && name != Off ? DrafterList.Find(name) : null;
}
