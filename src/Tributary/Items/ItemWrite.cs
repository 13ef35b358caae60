using Tributary.Acls;

namespace Tributary.Items;

/// <summary>
/// What the body of a PUT or PATCH says, checked. It holds nothing of the request's JSON, so the request's memory can go. What a member that was not sent means
/// depends on whether the item exists (external-connectors 6.4) and is not decided here.
/// </summary>
internal sealed record ItemWrite
{
    public required string Id { get; init; }

    /// <summary>Null when it was not sent.</summary>
    public required Acl? Acl { get; init; }

    /// <summary>As <see cref="ExternalItem.Properties"/>; null when they were not sent.</summary>
    public required ReadOnlyMemory<byte>? Properties { get; init; }

    /// <summary>Whether <c>content</c> was sent, be it null, which takes it away.</summary>
    public required bool HasContent { get; init; }

    public required ExternalItemContent? Content { get; init; }

    /// <summary>Whether <c>informationProtectionLabel</c> was sent, be it null, which takes it away.</summary>
    public required bool HasSensitivityLabel { get; init; }

    public required string? SensitivityLabelId { get; init; }

    /// <summary>What was sent along to be appended to the item's activities.</summary>
    public IReadOnlyList<ExternalActivity> Activities { get; init; } = [];
}
