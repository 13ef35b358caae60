namespace Tributary.Chaos.Judging;

/// <summary>Something that must not be.</summary>
/// <param name="Time">When it was answered, in microseconds of the run.</param>
/// <param name="Text">What is wrong, with what explains it.</param>
internal sealed record Violation(long Time, string Text);
