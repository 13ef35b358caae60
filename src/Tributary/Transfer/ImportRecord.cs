using Tributary.Connections;
using Tributary.Groups;
using Tributary.Items;
using Tributary.Schemas;

namespace Tributary.Transfer;

/// <summary>What a record of an export asks for, checked.</summary>
internal abstract record ImportRecord
{
    /// <summary>The connection is this.</summary>
    public sealed record Connection(
        ExternalConnection Settings,
        ConnectionState State,
        string? Language,
        int AcceptedSchema,
        int ActiveSchema,
        IReadOnlyList<KeyValuePair<int, Schema>> Schemas,
        IReadOnlyList<ExportedOperation> Operations) : ImportRecord;

    /// <summary>The group is this, and these are all who are in it.</summary>
    public sealed record Group(ExternalGroup Value, IReadOnlyList<Identity> Members) : ImportRecord;

    public sealed record DeletedGroup(string Id) : ImportRecord;

    /// <summary>The item is this, and these are all of its activities.</summary>
    public sealed record Item(ItemWrite Write, byte[] Acl, byte[] AclHash, string? Excerpt, long SearchableFrom) : ImportRecord;

    public sealed record DeletedItem(string Id) : ImportRecord;

    /// <summary>That is all.</summary>
    public sealed record End(ExportTrailer Trailer) : ImportRecord;
}
