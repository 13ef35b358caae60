namespace Tributary.Clock;

/// <summary>Section <c>Clock</c>: whether the server's time can be moved. Off unless asked for at start.</summary>
internal sealed class ClockOptions : ICheckedOptions
{
    public const string Section = "Clock";

    /// <summary>Run by a clock that the operator can stop and move at <c>/tributary/clock</c>.</summary>
    public bool Virtual { get; set; }

    /// <summary>Start although other machines can reach the server.</summary>
    public bool AllowRemote { get; set; }

    public IEnumerable<string> Problems() => [];
}
