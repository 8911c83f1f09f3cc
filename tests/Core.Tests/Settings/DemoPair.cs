namespace LlmEfficiency.Core.Tests.Settings;

/// <summary>Two settings in a row.</summary>
/// <param name="First">The one that must be there.</param>
/// <param name="Second">The one that <c>may</c> be there, unlike <see cref="First"/>.</param>
internal sealed record DemoPair(string First, int Second = 7);
