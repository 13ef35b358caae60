using Tributary.Groups;

namespace Tributary.Items;

/// <summary><c>externalActivityType</c>. Numbers are the metadata's.</summary>
internal enum ExternalActivityType
{
    Viewed = 1,
    Modified = 2,
    Created = 3,
    Commented = 4,
}

/// <summary><c>externalActivity</c>: what somebody did with an item, and when (external-connectors 7.1).</summary>
internal sealed record ExternalActivity(ExternalActivityType Type, DateTimeOffset StartDateTime, Identity PerformedBy);
