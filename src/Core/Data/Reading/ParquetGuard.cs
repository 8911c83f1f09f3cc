using LlmEfficiency.Core.Errors;
using Parquet;
using Parquet.Meta.Proto;
using ZstdSharp;

namespace LlmEfficiency.Core.Data.Reading;

/// <summary>Turns what the Parquet library throws at damaged files into one kind of error.</summary>
internal static class ParquetGuard
{
    /// <summary>Runs a call of the library to its end.</summary>
    public static T Run<T>(string file, Func<Task<T>> call) => Run(file, () => call().GetAwaiter().GetResult());

    /// <summary>Runs a call of the library.</summary>
    public static T Run<T>(string file, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception problem) when (IsAboutContent(problem))
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input, $"{file}: not a valid Parquet file: {problem.Message.ReplaceLineEndings(" ")}", problem);
        }
    }

    /// <summary>Refuses a file that breaks a rule.</summary>
    public static void Require(bool holds, string file, string problem)
    {
        if (!holds)
        {
            throw new LlmEfficiencyException(ErrorKind.Input, $"{file}: not a valid Parquet file: {problem}");
        }
    }

    // The library checks little: a damaged length or level shows as whatever fails first.
    private static bool IsAboutContent(Exception problem) => problem is ParquetException or ThriftProtocolException
        or ZstdException or IOException or InvalidDataException
        or ArgumentException or ArithmeticException or FormatException or IndexOutOfRangeException
        or InvalidCastException or InvalidOperationException or KeyNotFoundException or NotSupportedException
        or NullReferenceException or NotImplementedException or InsufficientMemoryException;
}
