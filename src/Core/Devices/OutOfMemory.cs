using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Devices;

/// <summary>Recognises that memory ran out and says what to change.</summary>
public static partial class OutOfMemory
{
    private static readonly string[] Signs =
    [
        "can't allocate memory",                // libtorch on Linux: DefaultCPUAllocator
        "not enough memory: you tried",         // libtorch on Windows: DefaultCPUAllocator
        "CUDA out of memory",
        "CUDA error: out of memory",
        "CUBLAS_STATUS_ALLOC_FAILED",
        "CUDNN_STATUS_ALLOC_FAILED",
    ];

    /// <summary>Tells whether an exception of libtorch or of .NET says that memory ran out.</summary>
    public static bool IsCause(Exception problem) => problem is OutOfMemoryException
        || (problem is ExternalException && Signs.Any(
            sign => problem.Message.Contains(sign, StringComparison.Ordinal)));

    /// <summary>Turns a failed allocation into advice.</summary>
    /// <param name="problem">What libtorch threw.</param>
    /// <param name="device">Where the run took place.</param>
    /// <param name="estimate">What the run was expected to need; null when nobody knows.</param>
    /// <returns>
    /// An error of kind <see cref="ErrorKind.OutOfMemory"/>, or null when <paramref name="problem"/> is another one.
    /// </returns>
    public static LlmEfficiencyException? Advise(
        Exception problem, ComputeDevice device, MemoryEstimate? estimate = null)
    {
        if (!IsCause(problem))
        {
            return null;
        }

        var asked = Asked(problem.Message) is { } text ? $" while allocating {text}" : string.Empty;
        var need = estimate is null ? string.Empty : $"; the run needs about {estimate}";
        var available = new DeviceMemory(device).Available is { } bytes and > 0
            ? $", {MemoryEstimate.Text(bytes)} are free"
            : string.Empty;
        return new LlmEfficiencyException(
            ErrorKind.OutOfMemory, $"{device} ran out of memory{asked}{need}{available}: {Remedy(estimate, device)}", problem);
    }

    /// <summary>Runs work and turns a failed allocation in it into advice.</summary>
    /// <param name="work">The work.</param>
    /// <param name="device">Where it takes place.</param>
    /// <param name="estimate">Asked for the expected need only after a failure.</param>
    /// <exception cref="LlmEfficiencyException">Memory ran out.</exception>
    public static T Guard<T>(Func<T> work, ComputeDevice device, Func<MemoryEstimate>? estimate = null)
    {
        try
        {
            return work();
        }
        catch (Exception problem) when (IsCause(problem))
        {
            throw Advise(problem, device, estimate?.Invoke())!;
        }
    }

    /// <summary>Refuses a run that cannot fit, before the system ends the process for it.</summary>
    /// <param name="estimate">What the run is about to take.</param>
    /// <param name="device">Where.</param>
    /// <exception cref="LlmEfficiencyException">More is needed than the device has free.</exception>
    public static void Require(MemoryEstimate estimate, ComputeDevice device)
    {
        if (new DeviceMemory(device).Available is { } free && estimate.Total > free)
        {
            throw new LlmEfficiencyException(
                ErrorKind.OutOfMemory,
                $"{device} has {MemoryEstimate.Text(free)} free, the run needs about {estimate}: {Remedy(estimate, device)}");
        }
    }

    // The largest part decides what helps most.
    private static string Remedy(MemoryEstimate? estimate, ComputeDevice device)
    {
        var halve = "bf16 instead of fp32";
        var elsewhere = device.IsCuda ? ", or --device cpu" : string.Empty;
        if (estimate is null)
        {
            return $"use a smaller batch, a shorter context, {halve} or a KV budget{elsewhere}";
        }

        return Math.Max(estimate.Weights, Math.Max(estimate.Cache, estimate.Activations)) switch
        {
            var most when most == estimate.Weights => $"use {halve} or a smaller model{elsewhere}",
            var most when most == estimate.Cache => $"use a smaller batch, a shorter context, a KV budget or {halve}{elsewhere}",
            _ => $"use a smaller batch or a shorter context{elsewhere}",
        };
    }

    private static string? Asked(string message)
    {
        if (BytesAsked().Match(message) is { Success: true } bytes
            && long.TryParse(bytes.Groups["bytes"].ValueSpan, CultureInfo.InvariantCulture, out var number))
        {
            return MemoryEstimate.Text(number);
        }

        return TextAsked().Match(message) is { Success: true } text ? text.Groups["text"].Value : null;
    }

    [GeneratedRegex(@"tried to allocate (?<bytes>\d+) bytes", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex BytesAsked();

    [GeneratedRegex(@"Tried to allocate (?<text>[\d.]+ [KMGT]iB)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex TextAsked();
}
