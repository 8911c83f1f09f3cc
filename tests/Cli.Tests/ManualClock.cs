namespace LlmEfficiency.Cli.Tests;

/// <summary>A time that stands still until a test moves it.</summary>
internal sealed class ManualClock : TimeProvider
{
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now;

    public void Pass(double seconds) => _now += (long)(seconds * TimeSpan.TicksPerSecond);
}
