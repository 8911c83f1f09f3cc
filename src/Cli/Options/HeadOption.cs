using System.CommandLine;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.SamDecoding.Drafting;
using LlmEfficiency.SamDecoding.Eagle;

namespace LlmEfficiency.Cli.Options;

/// <summary>The draft head of a model.</summary>
internal sealed class HeadOption
{
    private readonly Option<string?> _head = new("--head")
    {
        Description = "The folder of the model's draft head, for the eagle drafters: EAGLE's published ones or those of 'llmeff sam train-eagle'; "
            + "that of an embedded model is found by itself",
        HelpName = "DIR",
    };

    /// <summary>Adds the option to a command.</summary>
    public void AddTo(Command command) => command.Add(_head);

    /// <summary>Returns what the command line names; null for the embedded model's own.</summary>
    public string? Named(ParseResult parsed) => parsed.GetValue(_head);

    /// <summary>Checks that some drafter uses the head that is given.</summary>
    /// <exception cref="LlmEfficiencyException">None does.</exception>
    public void Check(ParseResult parsed, IEnumerable<DrafterEntry?> entries)
    {
        if (Named(parsed) is not null && !entries.Any(entry => entry is { NeedsHead: true }))
        {
            throw new LlmEfficiencyException(ErrorKind.Usage, "--head is of no use without a drafter that has one: choose eagle2 or sam+eagle2, or leave it out");
        }
    }

    /// <summary>Loads the head; null where no drafter needs one.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="loaded">The model.</param>
    /// <param name="entries">The drafters.</param>
    /// <exception cref="LlmEfficiencyException">There is none, or it is for another model.</exception>
    public EagleHead? Open(ParseResult parsed, LoadedModel loaded, IEnumerable<DrafterEntry?> entries)
    {
        if (entries.FirstOrDefault(entry => entry is { NeedsHead: true }) is not { } needy)
        {
            return null;
        }

        var folder = Named(parsed) ?? EmbeddedModel.HeadFolder(loaded.Name) ?? throw new LlmEfficiencyException(
            ErrorKind.Usage, $"{needy.Name} drafts with a draft head of {loaded.Name}: give --head DIR, a published one or one of 'llmeff sam train-eagle'");
        return EagleHead.Open(EmbeddedModel.Resolve(folder), loaded.Engine);
    }
}
