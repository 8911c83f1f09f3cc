using System.CommandLine;
using System.Text.Json;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Planning;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Predicts losses by a saved fit.</summary>
internal sealed class P2PredictCommand
{
    private readonly PlannedModelOptions _model = new();

    private readonly Option<double[]> _tokens = new("--tokens")
    {
        Description = "D, one number or more, counted one by one",
        HelpName = "N",
        AllowMultipleArgumentsPerToken = true,
        Required = true,
    };

    private readonly Option<bool> _json = JsonOption.Create();

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var parts = new P2PredictCommand();
        var command = new DocumentedCommand("predict", "Predict the loss of a pruned model after post-training.")
        {
            Examples = ["llmeff p2 predict fit.json --n0 3.2e9 --rho 0.25 --l0 2.1 --tokens 1e8 5e8 1e9"],
        };
        parts._model.AddTo(command);
        command.Add(parts._tokens);
        command.Add(parts._json);
        command.SetAction(parts.Run);
        return command;
    }

    private void Run(ParseResult parsed)
    {
        var (law, model, tokens) = (_model.Law(parsed), _model.Model(parsed), parsed.GetRequiredValue(_tokens));
        if (tokens.FirstOrDefault(one => !(one > 0) || !double.IsFinite(one), 1) is not 1 and var wrong)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Configuration, FormattableString.Invariant($"{_tokens.Name} is {wrong}: allowed is a number above 0"));
        }

        var planner = new LawPlanner(law);
        LossPrediction[] predictions = [.. tokens.Select(one => planner.Predict(model, one))];
        parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(_json)
            ? JsonSerializer.Serialize(predictions, PlanJson.Default.IReadOnlyListLossPrediction)
            : PlanText.Format(predictions, law));
    }
}
