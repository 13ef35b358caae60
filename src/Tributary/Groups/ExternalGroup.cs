namespace Tributary.Groups;

/// <summary><c>identityType</c>. Numbers are the metadata's.</summary>
internal enum IdentityType
{
    User = 1,
    Group = 2,
    ExternalGroup = 3,
}

/// <summary>A group of the source system that has no counterpart in Entra (external-connectors 8.1).</summary>
/// <param name="Id">1 to 128 characters of <c>A–Z a–z 0–9 - _</c>, unique in its connection, compared case-sensitively.</param>
/// <param name="DisplayName">Null when none was set.</param>
/// <param name="Description">Null when none was set.</param>
internal sealed record ExternalGroup(string Id, string? DisplayName, string? Description);

/// <summary>A member of an external group.</summary>
/// <param name="Id">Entra object id of a user or group, or the id of an external group of the same connection, which need not exist yet.</param>
/// <param name="Type">What the id names.</param>
internal sealed record Identity(string Id, IdentityType Type);
