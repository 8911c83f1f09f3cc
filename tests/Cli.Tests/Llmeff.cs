namespace LlmEfficiency.Cli.Tests;

/// <summary>Runs the command inside the test's process.</summary>
internal static class Llmeff
{
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(args, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
