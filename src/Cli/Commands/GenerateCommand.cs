using System.CommandLine;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Chat;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Speculation;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Continues prompts.</summary>
internal static class GenerateCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var prompts = new PromptOptions();
        var model = new ModelOptions();
        var generation = new GenerationOptions();
        var speculation = new SpeculationOptions();
        var isChat = new Option<bool>("--chat") { Description = "Put each prompt into the model's chat template" };
        var allowsSpecials = new Option<bool>("--special") { Description = "Special tokens spelled in a prompt count as tokens" };
        var statistics = new Option<bool>("--stats") { Description = "Print times and memory to the error stream" };
        var json = JsonOption.Create();
        var command = new DocumentedCommand("generate", "Continue prompts.")
        {
            Examples =
            [
                "llmeff generate \"Once upon a time\" --model ./model --greedy --max-tokens 64",
                "llmeff generate \"Name three colours.\" --chat --model Qwen/Qwen2.5-0.5B-Instruct --json",
                "llmeff generate --prompts prompts.txt --model model.gguf --temperature 0.8 --seed 1",
                "llmeff generate \"Repeat this text with \\\"Note:\\\" in front: A cat sat on a mat.\" --chat --speculate auto --stats",
            ],
        };
        prompts.AddTo(command);
        model.AddTo(command);
        generation.AddTo(command);
        speculation.AddTo(command, canVerify: true);
        command.Add(isChat);
        command.Add(allowsSpecials);
        command.Add(statistics);
        command.Add(json);
        command.SetAction((parsed, cancellation) => Task.Run(() => Run(parsed, cancellation), CancellationToken.None));
        return command;

        int Run(ParseResult parsed, CancellationToken cancellation)
        {
            var texts = prompts.Read(parsed);
            generation.Check(parsed);
            speculation.Check(parsed);
            using var loaded = model.Load(parsed);
            var requests = generation.Requests(parsed, texts.Select(text => Encode(parsed, loaded, text)), loaded.Defaults);
            using var sources = speculation.Texts(parsed, loaded.Tokenizer);
            using var drafter = speculation.Drafter(parsed, sources);
            var generator = Generator(parsed, loaded, drafter);
            var output = new GenerationOutput(parsed.InvocationConfiguration.Output, loaded.Name, texts, parsed.GetValue(json));
            var outcome = OutOfMemory.Guard(
                () => generator.Generate(requests, output.OnPiece, cancellation), loaded.Device);
            output.Finish(outcome);
            if (parsed.GetValue(statistics))
            {
                parsed.InvocationConfiguration.Error.WriteLine(outcome.Report);
            }

            return outcome.Results.Any(result => result.Finish == FinishReason.Cancelled) ? (int)ErrorKind.Cancelled : 0;
        }

        IGenerator Generator(ParseResult parsed, LoadedModel loaded, IDrafter? drafter)
        {
            var plain = new AutoregressiveGenerator(loaded.Engine, loaded.Tokenizer, deviceBytes: DeviceBytes(loaded));
            if (drafter is null)
            {
                return plain;
            }

            var speculative = new SpeculativeGenerator(
                loaded.Engine, loaded.Tokenizer, drafter, deviceBytes: DeviceBytes(loaded))
            {
                MaxRows = speculation.Rows(parsed),
                Cost = speculation.Cost(parsed),
            };
            return speculation.Verifies(parsed) ? new LosslessCheck(plain, speculative) : speculative;
        }

        IReadOnlyList<int> Encode(ParseResult parsed, LoadedModel loaded, string text)
        {
            if (!parsed.GetValue(isChat))
            {
                return PromptEncoder.Encode(
                    loaded.Tokenizer,
                    text,
                    parsed.GetValue(allowsSpecials) ? SpecialTokenHandling.AsToken : SpecialTokenHandling.AsText);
            }

            var request = new ChatRequest([new ChatMessage("user", text)]) { Now = TimeProvider.System.GetLocalNow() };
            return ChatPrompt.Encode(loaded.RequireTemplate(), loaded.Tokenizer, request);
        }
    }

    private static Func<long?> DeviceBytes(LoadedModel loaded)
    {
        var memory = new DeviceMemory(loaded.Device);
        return () => memory.Sample()?.Used;
    }
}
