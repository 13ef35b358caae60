using Tributary.Acls;

namespace Tributary.Items;

/// <summary><c>externalItemContentType</c>. Numbers are the metadata's.</summary>
internal enum ExternalItemContentType
{
    Text = 1,
    Html = 2,
}

/// <summary><c>externalItemContent</c>: what full text search reads and hits quote; both members are needed.</summary>
internal sealed record ExternalItemContent(ExternalItemContentType Type, string Value);

/// <summary>An item as stored and echoed (external-connectors 6.1).</summary>
internal sealed record ExternalItem
{
    /// <summary>1 to 128 characters of <c>A–Z a–z 0–9 - _</c>, compared case-sensitively.</summary>
    public required string Id { get; init; }

    public required Acl Acl { get; init; }

    /// <summary>
    /// The <c>properties</c> object as compact UTF-8 JSON: members in the order sent, values and annotations as sent, members that were null left out.
    /// </summary>
    public required ReadOnlyMemory<byte> Properties { get; init; }

    /// <summary>Null when the item has none.</summary>
    public ExternalItemContent? Content { get; init; }

    /// <summary><c>informationProtectionLabel.sensitivityLabelId</c>: stored and echoed, nothing else (U47). Null when the item has none.</summary>
    public string? SensitivityLabelId { get; init; }
}
