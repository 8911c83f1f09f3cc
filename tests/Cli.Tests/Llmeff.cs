namespace LlmEfficiency.Cli.Tests;

/// <summary>Runs the command inside the test's process.</summary>
internal static class Llmeff
{
    public static Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] args) => RunWithInputAsync("", args);

    public static async Task<(int ExitCode, string Output, string Error)> RunWithInputAsync(string text, params string[] args)
    {
        using var input = new StringReader(text);
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(args, input, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
