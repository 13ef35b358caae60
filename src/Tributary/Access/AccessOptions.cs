using Tributary.Access.Log;

namespace Tributary.Access;

/// <summary>Section <c>Access</c>: what is kept and told of who may see what.</summary>
internal sealed class AccessOptions : ICheckedOptions
{
    public const string Section = "Access";

    /// <summary>What access was at earlier instants.</summary>
    public AccessHistoryOptions History { get; set; } = new();

    /// <summary>Who was shown which items.</summary>
    public AccessLogOptions Log { get; set; } = new();

    public IEnumerable<string> Problems() => History.Problems().Concat(Log.Problems());
}

/// <summary>Section <c>Access:History</c>.</summary>
internal sealed class AccessHistoryOptions
{
    public static readonly TimeSpan ShortestRetention = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan LongestRetention = TimeSpan.FromDays(3650);

    /// <summary>How far back access can be told. Null, the default: nothing of the past is kept, and what was kept is removed.</summary>
    public TimeSpan? Retention { get; set; }

    public IEnumerable<string> Problems()
    {
        if (Retention < ShortestRetention || Retention > LongestRetention)
        {
            yield return $"Access:History:Retention is '{Retention}'; it must be from {ShortestRetention:c} to {LongestRetention:c}, such as 90.00:00:00, or left out to keep no history.";
        }
    }
}
