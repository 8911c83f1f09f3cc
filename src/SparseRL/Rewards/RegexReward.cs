using System.Text.RegularExpressions;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.SparseRL.Rewards;

/// <summary>
/// 1 if a pattern is found in the response, else 0. Where the pattern has a group <c>answer</c>, the last match's group must be the
/// reference.
/// </summary>
public sealed class RegexReward : SingleReward
{
    private const string Group = "answer";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private readonly Regex _pattern;
    private readonly bool _hasAnswer;

    /// <summary>Reads the pattern.</summary>
    /// <param name="pattern">A .NET regular expression; <c>.</c> matches line ends too if it begins with <c>(?s)</c>.</param>
    /// <exception cref="LlmEfficiencyException">It is none.</exception>
    public RegexReward(string pattern)
        : base("regex")
    {
        try
        {
            _pattern = new Regex(pattern, RegexOptions.CultureInvariant, Limit);
        }
        catch (ArgumentException problem)
        {
            throw new LlmEfficiencyException(ErrorKind.Configuration, $"reward regex: pattern '{pattern}': {problem.Message}", problem);
        }

        _hasAnswer = _pattern.GetGroupNames().Contains(Group);
    }

    /// <inheritdoc/>
    /// <exception cref="LlmEfficiencyException">The pattern takes longer than a second.</exception>
    protected override double Score(RewardRequest response)
    {
        try
        {
            var match = _pattern.Matches(response.Response).LastOrDefault();
            return match is not null && (!_hasAnswer || match.Groups[Group].Value.Trim() == response.Prompt.Reference.Trim()) ? 1 : 0;
        }
        catch (RegexMatchTimeoutException problem)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Configuration,
                $"reward regex: pattern '{_pattern}' takes more than {Limit.TotalSeconds:0} s on a response of {response.Response.Length} characters: "
                + "make it simpler, without nested repetitions",
                problem);
        }
    }
}
