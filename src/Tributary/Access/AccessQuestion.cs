namespace Tributary.Access;

/// <summary>A request to explain access, of the right shape.</summary>
internal sealed record AccessQuestion
{
    /// <summary>Lower-case; null: the caller's own.</summary>
    public string? TenantId { get; init; }

    public required string ConnectionId { get; init; }

    /// <summary>Null: none, which a change of members does not need.</summary>
    public string? ItemId { get; init; }

    /// <summary>Object id or user principal name; null: none, which what-ifs do not need.</summary>
    public string? User { get; init; }

    /// <summary>What the user's token says of his Entra groups; null: not said.</summary>
    public IReadOnlyList<string>? Groups { get; init; }

    /// <summary>What the user's token says; null: not said.</summary>
    public bool? IsGuest { get; init; }

    /// <summary>Whether his account was enabled at <see cref="AsOf"/>; null: not said.</summary>
    public bool? WasEnabled { get; init; }

    /// <summary>Whether the user's token leaves out groups as there are too many.</summary>
    public bool HasGroupsOverage { get; init; }

    /// <summary>A past moment; null: now.</summary>
    public DateTimeOffset? AsOf { get; init; }

    public WhatIf? WhatIf { get; init; }

    public int MaxUsers { get; init; }

    public int MaxItems { get; init; }

    public StatedUser Stated(string? userId) =>
        new(userId, Groups?.Select(group => group.ToLowerInvariant()).ToHashSet(), IsGuest, HasGroupsOverage) { WasEnabled = WasEnabled };
}
