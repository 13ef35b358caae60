using Tributary.Acls;

namespace Tributary.Indexing;

/// <summary>A <see cref="Principal"/> in a form that is small and quick to look up: a connection may have lists by the million. Equal as the principals are.</summary>
internal readonly struct PrincipalKey : IEquatable<PrincipalKey>
{
    private readonly AclType _type;
    private readonly Guid _id;
    private readonly string? _text;

    private PrincipalKey(AclType type, Guid id, string? text) => (_type, _id, _text) = (type, id, text);

    public static PrincipalKey Of(Principal principal) =>
        AclJson.TryGetLowerCaseGuid(principal.Value, out Guid id) ? new(principal.Type, id, null) : new(principal.Type, default, principal.Value);

    /// <summary>Of the entry at which the reader is.</summary>
    public static PrincipalKey Of(in StoredAclReader entry) => entry.Text is null && entry.Type is AclType.User or AclType.Group or AclType.ExternalGroup
        ? new(entry.Type, entry.Id, null)
        : Of(Principal.Of(new AclEntry(entry.Type, entry.Value, entry.AccessType)));

    public bool Equals(PrincipalKey other) => _type == other._type && _id == other._id && _text == other._text;

    public override bool Equals(object? obj) => obj is PrincipalKey other && Equals(other);

    /// <summary>Seeded anew in each process, as values come from outside.</summary>
    public override int GetHashCode() => HashCode.Combine((int)_type, _id, _text is null ? 0 : _text.GetHashCode(StringComparison.Ordinal));
}
