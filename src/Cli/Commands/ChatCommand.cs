using System.CommandLine;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Chat;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.Core.Loading;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Talks with a model, a line at a time; the cache is kept from turn to turn.</summary>
internal sealed class ChatCommand
{
    private const int DefaultContext = 4096;

    private readonly ModelOptions _model = new();

    private readonly GenerationOptions _generation = new();

    private readonly SpeculationOptions _speculation = new();

    private readonly CacheOptions _cache = new();

    private readonly Option<string?> _system = new("--system") { Description = "The system message", HelpName = "TEXT" };

    private readonly Option<int?> _context = new("--context")
    {
        Description = $"Room for so many tokens of conversation; the model's context, at most {DefaultContext}, by default",
        HelpName = "N",
    };

    private readonly Option<bool> _json = JsonOption.Create();

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var parts = new ChatCommand();
        var command = new DocumentedCommand("chat", "Talk with a model; /reset begins anew, /exit or end of input ends.")
        {
            Examples =
            [
                "llmeff chat --model Qwen/Qwen2.5-0.5B-Instruct",
                "echo \"Name three colours.\" | llmeff chat --model ./vicuna-7b --system \"Answer in one word.\" --json",
            ],
        };
        parts._model.AddTo(command);
        parts._generation.AddTo(command);
        parts._speculation.AddTo(command, canVerify: false);
        parts._cache.AddTo(command);
        foreach (var option in new Option[] { parts._system, parts._context, parts._json })
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancellation) => Task.Run(() => parts.Run(parsed, cancellation), CancellationToken.None));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        _generation.Check(parsed);
        _speculation.Check(parsed);
        var retention = _cache.Read(parsed, _speculation.IsOn(parsed));
        using var loaded = _model.Load(parsed, _speculation.IsStrict(parsed));
        var conversation = new Conversation(loaded.RequireTemplate(), loaded.Tokenizer, parsed.GetValue(_system), TimeProvider.System);
        using var sources = _speculation.Texts(parsed, loaded);
        using var drafter = _speculation.Drafter(parsed, sources);
        using var generator = OutOfMemory.Guard(
            () => new ConversationGenerator(
                loaded.Engine, loaded.Tokenizer, Capacity(parsed.GetValue(_context), loaded.Engine.Config.ContextLength), retention: retention)
            {
                Drafter = drafter,
                MaxRows = _speculation.Rows(parsed),
                Cost = _speculation.Cost(parsed, loaded.Engine),
            },
            loaded.Device);
        try
        {
            return Talk(parsed, loaded, conversation, generator, cancellation);
        }
        finally
        {
            sources.Save(); // however the talk ends
        }
    }

    private int Talk(
        ParseResult parsed, LoadedModel loaded, Conversation conversation, ConversationGenerator generator, CancellationToken cancellation)
    {
        foreach (var line in Lines(CommandStreams.Of(parsed), cancellation))
        {
            if (line == "/reset")
            {
                conversation.Reset();
                continue;
            }

            var ids = conversation.Ask(line);
            var request = _generation.Requests(parsed, [ids], loaded.Defaults);
            var output = new GenerationOutput(parsed.InvocationConfiguration.Output, loaded.Name, [line], parsed.GetValue(_json));
            var outcome = OutOfMemory.Guard(() => generator.Generate(request, output.OnPiece, cancellation), loaded.Device);
            output.Finish(outcome);
            conversation.Answer(outcome.Results[0].Text);
            if (outcome.Results[0].Finish == FinishReason.Cancelled)
            {
                return (int)ErrorKind.Cancelled;
            }
        }

        return 0;
    }

    private static int Capacity(int? asked, int most) => asked switch
    {
        null => Math.Min(DefaultContext, most),
        >= 1 when asked <= most => asked.Value,
        _ => throw new LlmEfficiencyException(
            ErrorKind.Configuration, $"--context is {asked}: allowed is 1 to {most}, the model's context"),
    };

    private static IEnumerable<string> Lines(CommandStreams streams, CancellationToken cancellation)
    {
        while (true)
        {
            if (streams.IsPerson)
            {
                streams.Error.Write("> ");
            }

            // A console does not end a read when Ctrl-C comes, so another thread waits for the line.
            var read = Task.Run(streams.Input.ReadLine, CancellationToken.None).WaitAsync(cancellation);
            if (read.GetAwaiter().GetResult() is not { } line || line.Trim() == "/exit")
            {
                yield break;
            }

            if (line.Trim().Length > 0)
            {
                yield return line.Trim();
            }
        }
    }
}
