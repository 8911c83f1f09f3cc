using System.CommandLine;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Chat;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Retention;
using LlmEfficiency.Core.Speculation;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Continues prompts.</summary>
internal sealed class GenerateCommand
{
    private readonly PromptOptions _prompts = new();

    private readonly ModelOptions _model = new();

    private readonly GenerationOptions _generation = new();

    private readonly SpeculationOptions _speculation = new();

    private readonly CacheOptions _cache = new();

    private readonly Option<bool> _isChat = new("--chat") { Description = "Put each prompt into the model's chat template" };

    private readonly Option<bool> _allowsSpecials = new("--special") { Description = "Special tokens spelled in a prompt count as tokens" };

    private readonly Option<bool> _statistics = new("--stats") { Description = "Print times and memory to the error stream" };

    private readonly Option<bool> _json = JsonOption.Create();

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var parts = new GenerateCommand();
        var command = new DocumentedCommand("generate", "Continue prompts.")
        {
            Examples =
            [
                "llmeff generate \"Once upon a time\" --model ./model --greedy --max-tokens 64",
                "llmeff generate \"Name three colours.\" --chat --model Qwen/Qwen2.5-0.5B-Instruct --json",
                "llmeff generate --prompts prompts.txt --model model.gguf --temperature 0.8 --seed 1",
                "llmeff generate \"Copy this text and begin with 'Note:': A cat sat on a mat.\" --chat --speculate auto --stats",
                "llmeff generate \"Tell a long story.\" --max-tokens 900 --cache r-kv --budget 256 --interval 64 --stats",
            ],
        };
        parts._prompts.AddTo(command);
        parts._model.AddTo(command);
        parts._generation.AddTo(command);
        parts._speculation.AddTo(command, canVerify: true);
        parts._cache.AddTo(command);
        foreach (var option in new Option[] { parts._isChat, parts._allowsSpecials, parts._statistics, parts._json })
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancellation) => Task.Run(() => parts.Run(parsed, cancellation), CancellationToken.None));
        return command;
    }

    private static Func<long?> DeviceBytes(LoadedModel loaded)
    {
        var memory = new DeviceMemory(loaded.Device);
        return () => memory.Sample()?.Used;
    }

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var texts = _prompts.Read(parsed);
        _generation.Check(parsed);
        _speculation.Check(parsed);
        var retention = _cache.Read(parsed, _speculation.IsOn(parsed));
        using var loaded = _model.Load(parsed, _speculation.IsStrict(parsed));
        var requests = _generation.Requests(parsed, texts.Select(text => Encode(parsed, loaded, text)), loaded.Defaults);
        using var sources = _speculation.Texts(parsed, loaded);
        using var drafter = _speculation.Drafter(parsed, sources);
        var generator = Generator(parsed, loaded, drafter, retention);
        var output = new GenerationOutput(parsed.InvocationConfiguration.Output, loaded.Name, texts, parsed.GetValue(_json));
        var outcome = OutOfMemory.Guard(() => generator.Generate(requests, output.OnPiece, cancellation), loaded.Device);
        output.Finish(outcome);
        sources.Save();
        if (parsed.GetValue(_statistics))
        {
            parsed.InvocationConfiguration.Error.WriteLine(outcome.Report);
        }

        return outcome.Results.Any(result => result.Finish == FinishReason.Cancelled) ? (int)ErrorKind.Cancelled : 0;
    }

    private IGenerator Generator(ParseResult parsed, LoadedModel loaded, IDrafter? drafter, RetentionSettings? retention)
    {
        var plain = new AutoregressiveGenerator(loaded.Engine, loaded.Tokenizer, deviceBytes: DeviceBytes(loaded))
        {
            Retention = retention,
        };
        if (drafter is null)
        {
            return plain;
        }

        var speculative = new SpeculativeGenerator(loaded.Engine, loaded.Tokenizer, drafter, deviceBytes: DeviceBytes(loaded))
        {
            MaxRows = _speculation.Rows(parsed),
            Cost = _speculation.Cost(parsed, loaded.Engine),
        };
        return _speculation.Verified(parsed, plain, speculative);
    }

    private IReadOnlyList<int> Encode(ParseResult parsed, LoadedModel loaded, string text)
    {
        if (!parsed.GetValue(_isChat))
        {
            return PromptEncoder.Encode(
                loaded.Tokenizer,
                text,
                parsed.GetValue(_allowsSpecials) ? SpecialTokenHandling.AsToken : SpecialTokenHandling.AsText);
        }

        var request = new ChatRequest([new ChatMessage("user", text)]) { Now = TimeProvider.System.GetLocalNow() };
        return ChatPrompt.Encode(loaded.RequireTemplate(), loaded.Tokenizer, request);
    }
}
