using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tributary.Transfer;

/// <summary>The last line of a chunk.</summary>
/// <param name="Chunk">Its number; the first is 0.</param>
/// <param name="Records">Lines before this one.</param>
/// <param name="Sha256">Of the hash before it, as text, and the bytes of those lines with their line breaks.</param>
internal sealed record ChunkEnd(int Chunk, int Records, string Sha256);

/// <summary>The first record of an export: what it is of. The numbers are those at its beginning.</summary>
internal sealed record ExportHeader(
    int Format, string Product, string Store, long Epoch, string Id, DateTimeOffset Started, string Tenant, string Connection, string Name, long Items, long Groups)
{
    /// <summary>What this program writes, and the only one that it reads.</summary>
    public const int CurrentFormat = 1;
}

/// <summary>The last record of an export: that it is complete, and what its connection is when all records are taken in.</summary>
/// <param name="Change">The number of the last change that is in it.</param>
/// <param name="Items">Items of the connection.</param>
/// <param name="Groups">External groups of the connection.</param>
/// <param name="Members">Members of all of these groups.</param>
internal sealed record ExportTrailer(long Change, long Items, long Groups, long Members);

/// <summary>Where an export goes on: the last record of each chunk but the last. It is of the server that wrote it, and says nothing to others.</summary>
/// <param name="Export">The id of the export.</param>
/// <param name="Phase">What comes next.</param>
/// <param name="After">The id after which to go on, of a group or an item.</param>
/// <param name="Change">Changes of items up to this number are in it.</param>
/// <param name="GroupChange">The same of groups.</param>
/// <param name="Stamp">Stands for the connection's settings as they were last written.</param>
/// <param name="Seen">The newest change that the store had at the last look.</param>
/// <param name="Mark">That change's mark: a store that has gone back to an older state has another one there.</param>
internal sealed record ExportPoint(string Export, ExportPhase Phase, string After, long Change, long GroupChange, string Stamp, long Seen, long Mark);

[JsonConverter(typeof(JsonStringEnumConverter<ExportPhase>))]
internal enum ExportPhase
{
    [JsonStringEnumMemberName("groups")]
    Groups,
    [JsonStringEnumMemberName("items")]
    Items,

    /// <summary>What was written while the others went on.</summary>
    [JsonStringEnumMemberName("changes")]
    Changes,
}

/// <summary>The body of a request to go on with an export that was interrupted.</summary>
/// <param name="End">The end of the last chunk that arrived.</param>
/// <param name="Next">That chunk's last record.</param>
internal sealed record ExportContinuation(ChunkEnd End, ExportPoint Next);

/// <summary>A connection without what it holds; later ones replace earlier ones.</summary>
/// <param name="State">Its <c>connectionState</c>.</param>
/// <param name="Language">The language that it is indexed in; null for that of the server.</param>
/// <param name="AcceptedSchema">The newest schema version that was accepted; 0: none.</param>
/// <param name="ActiveSchema">The version in force; 0: none.</param>
/// <param name="Settings">What its owner wrote, as the store keeps it.</param>
/// <param name="Schemas">Both versions, as the store keeps them.</param>
/// <param name="Operations">Its schema operations.</param>
internal sealed record ExportedConnection(
    string State, string? Language, int AcceptedSchema, int ActiveSchema, JsonElement Settings, IReadOnlyList<ExportedSchema> Schemas, IReadOnlyList<ExportedOperation> Operations);

internal sealed record ExportedSchema(int Version, JsonElement Body);

/// <param name="Id">Its id.</param>
/// <param name="Status">Its <c>connectionOperationStatus</c>.</param>
/// <param name="Due">Not worked on before.</param>
/// <param name="Schema">The version that it provisions.</param>
/// <param name="Error">A <c>publicError</c> as JSON; null for none.</param>
internal sealed record ExportedOperation(string Id, string Status, DateTimeOffset Due, int Schema, string? Error);

/// <summary>What begins an import, or finds one again that was interrupted.</summary>
/// <param name="Header">The file's first record.</param>
/// <param name="Trailer">The file's last record.</param>
/// <param name="Sha256">Of the whole file.</param>
/// <param name="ConnectionId">The connection's id; null for that of the file.</param>
/// <param name="Name">The connection's name; null for that of the file.</param>
internal sealed record ImportRequest(ExportHeader Header, ExportTrailer Trailer, string Sha256, string? ConnectionId = null, string? Name = null);

/// <summary>How far an import has come.</summary>
/// <param name="Id">Names it in the paths of its chunks.</param>
/// <param name="ConnectionId">What it makes.</param>
/// <param name="NextChunk">The number of the chunk that comes next.</param>
/// <param name="Sha256">Of all before it; zeros before the first.</param>
/// <param name="IsComplete">The connection is there.</param>
internal sealed record ImportProgress(string Id, string ConnectionId, int NextChunk, string Sha256, bool IsComplete);

/// <summary>An unknown or missing member, or one of another type, is an error: nothing in an export is passed over.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(ChunkEnd))]
[JsonSerializable(typeof(ExportHeader))]
[JsonSerializable(typeof(ExportTrailer))]
[JsonSerializable(typeof(ExportPoint))]
[JsonSerializable(typeof(ExportContinuation))]
[JsonSerializable(typeof(ExportedConnection))]
[JsonSerializable(typeof(IReadOnlyList<ExportedOperation>))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(ImportRequest))]
[JsonSerializable(typeof(ImportProgress))]
[JsonSerializable(typeof(IReadOnlyList<ImportProgress>))]
internal sealed partial class TransferJson : JsonSerializerContext;
