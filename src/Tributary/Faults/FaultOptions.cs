namespace Tributary.Faults;

/// <summary>Section <c>Faults</c>: whether the operator can have requests fail. Off unless asked for at start.</summary>
internal sealed class FaultOptions : ICheckedOptions
{
    public const string Section = "Faults";

    /// <summary>Serve <c>/tributary/faults</c> and hold requests against its rules.</summary>
    public bool Enabled { get; set; }

    /// <summary>Start although other machines can reach the server.</summary>
    public bool AllowRemote { get; set; }

    public IEnumerable<string> Problems() => [];
}
