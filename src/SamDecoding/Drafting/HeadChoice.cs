namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>
/// Whether to ask a draft head where texts foretell little: by the tokens a second that steps with it and without it have brought lately, drafting, passes
/// and all. The first steps try both, and later some try the one that brings less: the rarer, the longer it has done so. Safe for several threads.
/// </summary>
internal sealed class HeadChoice
{
    private const int Warmup = 3;       // steps of each kind before they are compared
    private const int FirstWait = 32;   // so many steps until what brings less is tried again; twice as many each time
    private const int LongestWait = 1024;
    private const double Keeps = 0.9;   // of what is known at each step

    private readonly Lock _lock = new();
    private Rate _with;
    private Rate _without;
    private bool _isBetter;
    private int _steps;
    private int _wait = FirstWait;

    /// <summary>Gets the mean number of drafted tokens that came, of steps with the head; 2 before there were any.</summary>
    public double Gain
    {
        get
        {
            lock (_lock)
            {
                return _with.Steps == 0 ? 2 : _with.Gain;
            }
        }
    }

    /// <summary>Returns whether the next step asks the head.</summary>
    public bool Next()
    {
        lock (_lock)
        {
            if (_with.Steps < Warmup || _without.Steps < Warmup)
            {
                return _with.Steps < Warmup;
            }

            var isBetter = _with.Tokens * _without.Seconds > _without.Tokens * _with.Seconds;
            (_steps, _wait) = isBetter == _isBetter ? (_steps + 1, _wait) : (0, FirstWait);
            _isBetter = isBetter;
            if (_steps < _wait)
            {
                return isBetter;
            }

            (_steps, _wait) = (0, Math.Min(2 * _wait, LongestWait));
            return !isBetter;
        }
    }

    /// <summary>Learns from a step.</summary>
    /// <param name="isAsked">Whether the head was asked.</param>
    /// <param name="tokens">The tokens that the step brought, the certain one among them.</param>
    /// <param name="seconds">How long it took.</param>
    public void Learn(bool isAsked, int tokens, double seconds)
    {
        lock (_lock)
        {
            ref var rate = ref isAsked ? ref _with : ref _without;
            rate = new Rate(
                rate.Steps + 1,
                (Keeps * rate.Tokens) + tokens,
                (Keeps * rate.Seconds) + seconds,
                rate.Steps == 0 ? tokens - 1 : (Keeps * rate.Gain) + ((1 - Keeps) * (tokens - 1)));
        }
    }

    private readonly record struct Rate(int Steps, double Tokens, double Seconds, double Gain);
}
