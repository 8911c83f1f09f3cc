using System.CommandLine;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Chat;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Generation;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Talks with a model, a line at a time; the cache is kept from turn to turn.</summary>
internal static class ChatCommand
{
    private const int DefaultContext = 4096;

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var model = new ModelOptions();
        var generation = new GenerationOptions();
        var speculation = new SpeculationOptions();
        var system = new Option<string?>("--system") { Description = "The system message", HelpName = "TEXT" };
        var context = new Option<int?>("--context")
        {
            Description = $"Room for so many tokens of conversation; the model's context, at most {DefaultContext}, by default",
            HelpName = "N",
        };
        var json = JsonOption.Create();
        var command = new DocumentedCommand("chat", "Talk with a model; /reset begins anew, /exit or end of input ends.")
        {
            Examples =
            [
                "llmeff chat --model Qwen/Qwen2.5-0.5B-Instruct",
                "echo \"Name three colours.\" | llmeff chat --model ./vicuna-7b --system \"Answer in one word.\" --json",
            ],
        };
        model.AddTo(command);
        generation.AddTo(command);
        speculation.AddTo(command, canVerify: false);
        command.Add(system);
        command.Add(context);
        command.Add(json);
        command.SetAction((parsed, cancellation) => Task.Run(() => Run(parsed, cancellation), CancellationToken.None));
        return command;

        int Run(ParseResult parsed, CancellationToken cancellation)
        {
            generation.Check(parsed);
            speculation.Check(parsed);
            using var loaded = model.Load(parsed);
            var conversation = new Conversation(loaded.RequireTemplate(), loaded.Tokenizer, parsed.GetValue(system), TimeProvider.System);
            using var sources = speculation.Texts(parsed, loaded.Tokenizer);
            using var drafter = speculation.Drafter(parsed, sources);
            using var generator = OutOfMemory.Guard(
                () => new ConversationGenerator(loaded.Engine, loaded.Tokenizer, Capacity(parsed.GetValue(context), loaded.Engine.Config.ContextLength))
                {
                    Drafter = drafter,
                    MaxRows = speculation.Rows(parsed),
                    Cost = speculation.Cost(parsed),
                },
                loaded.Device);
            foreach (var line in Lines(CommandStreams.Of(parsed), cancellation))
            {
                if (line == "/reset")
                {
                    conversation.Reset();
                    continue;
                }

                var ids = conversation.Ask(line);
                var request = generation.Requests(parsed, [ids], loaded.Defaults);
                var output = new GenerationOutput(parsed.InvocationConfiguration.Output, loaded.Name, [line], parsed.GetValue(json));
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
