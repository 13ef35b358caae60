using Tributary.Access.History;
using Tributary.Acls;
using Tributary.Connections;
using Tributary.Indexing;
using Tributary.Items;
using Tributary.Nodes;
using Tributary.Operations;
using Tributary.Schemas;
using Tributary.Storage;

namespace Tributary.Tests.Storage;

/// <summary>
/// What every database must give the stores. A contract is an abstract class that takes its database from a factory; each database adds a line per contract.
/// </summary>
public abstract class StoreContract : IAsyncLifetime
{
    protected const string Tenant = "11111111-1111-1111-1111-111111111111";
    protected const string OtherTenant = "22222222-2222-2222-2222-222222222222";

    /// <summary>Every table that holds something of a connection.</summary>
    protected static readonly string[] Tables = ["connection", "connection_schema", "operation", "acl", "acl_left", "item", "item_content", "item_activity", "change", "external_group", "external_group_member"];

    private protected TestDatabase TestDatabase { get; }

    private protected StoreContract(Func<TestDatabase> create) => TestDatabase = create();

    private protected ISqlDatabase Database { get; private set; } = null!;

    private protected SqlSignals Signals { get; } = new();

    /// <summary>What the stores of the next opening note the past in: nowhere, unless a contract wants it.</summary>
    private protected AccessHistory History { get; set; } = AccessHistory.Off;

    private protected IConnectionStore Connections { get; private set; } = null!;

    private protected ISchemaStore Schemas { get; private set; } = null!;

    private protected IOperationStore Operations { get; private set; } = null!;

    private protected IItemStore Items { get; private set; } = null!;

    private protected IActivityStore Activities { get; private set; } = null!;

    private protected IChangeFeed Feed { get; private set; } = null!;

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected static Schema AnySchema { get; } = SchemaWith("title");

    private protected static Acl Everyone { get; } = new([new AclEntry(AclType.Everyone, "everyone", AccessType.Grant)]);

    public async ValueTask InitializeAsync() => await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await TestDatabase.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected async Task ReopenAsync()
    {
        await TestDatabase.CloseAsync();
        await OpenAsync();
    }

    private protected static Schema SchemaWith(params string[] names) =>
        new([.. names.Select(name => new Property { Name = name, Type = PropertyType.String, IsRetrievable = true })]);

    private protected static Acl AclOf(params string[] groups) =>
        new([.. groups.Select(group => new AclEntry(AclType.ExternalGroup, group, AccessType.Grant))]);

    private protected static ExternalConnection ConnectionOf(string id, string? name = null, string? description = null) => new()
    {
        Id = id,
        Name = name ?? $"Name of {id}",
        Description = description,
        Configuration = new ConnectionConfiguration(["d310d35d-72ec-47dd-92f2-fb9c40936555"]),
    };

    private protected async Task<StoredConnection> CreateDraftAsync(string id = "contosohr", string? name = null, string tenant = Tenant)
    {
        Assert.Equal(CreateConnectionOutcome.Created, await Connections.CreateAsync(tenant, ConnectionOf(id, name), 1000, Token));
        return await FindAsync(id, tenant);
    }

    private protected async Task<StoredConnection> CreateReadyAsync(string id = "contosohr", string tenant = Tenant)
    {
        StoredConnection draft = await CreateDraftAsync(id, tenant: tenant);
        Assert.Equal(AcceptSchemaOutcome.Accepted, await AcceptAsync(draft.Key, 0, isImmediate: true));
        return await FindAsync(id, tenant);
    }

    private protected async Task<StoredConnection> FindAsync(string id, string tenant = Tenant)
    {
        StoredConnection? found = await Connections.FindOrNullAsync(tenant, id, Token);
        Assert.NotNull(found);
        return found;
    }

    private protected ValueTask<AcceptSchemaOutcome> AcceptAsync(
        ConnectionKey key, int expected, Schema? schema = null, string? operation = null, DateTimeOffset due = default, bool isImmediate = false,
        PublicError? failure = null) =>
        Schemas.AcceptAsync(key, expected, schema ?? AnySchema, operation ?? ConnectionOperation.NewId(), due, isImmediate ? SchemaProvisioning.Immediate : SchemaProvisioning.Queued, failure, Token);

    /// <summary>A whole item unless told otherwise.</summary>
    private protected static ItemWrite Write(string id, string? title = "a title", Acl? acl = null, string? content = null, string? label = null) => new()
    {
        Id = id,
        Acl = acl ?? Everyone,
        Properties = title is null ? null : PropertiesOf(title),
        HasContent = content is not null,
        Content = content is null ? null : new ExternalItemContent(ExternalItemContentType.Text, content),
        HasSensitivityLabel = label is not null,
        SensitivityLabelId = label,
    };

    private protected static byte[] PropertiesOf(string title) => System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["title"] = title });

    private protected ValueTask<PutItemResult> PutAsync(
        ConnectionKey key, ItemWrite write, int schema = 1, long maxItems = 1000, string? excerpt = null, long maxOfTenant = long.MaxValue, bool isPatch = false) =>
        Items.PutAsync(key, new PutItem(write, schema, new ItemLimits(maxItems, maxOfTenant, 1000), excerpt) { IsPatch = isPatch }, Token);

    private protected async Task PutManyAsync(ConnectionKey key, int count, string prefix = "item", Func<int, Acl>? acl = null)
    {
        for (int i = 0; i < count; i++)
        {
            PutItemResult result = await PutAsync(key, Write($"{prefix}{i:D5}", acl: acl?.Invoke(i), content: $"content of {i}"), maxItems: long.MaxValue);
            Assert.Equal(PutItemOutcome.Stored, result.Outcome);
        }
    }

    private protected async Task<ConnectionOperation> BeginDeletionAsync(ConnectionKey key)
    {
        string id = ConnectionOperation.NewId();
        Assert.Equal(BeginDeletionOutcome.Begun, await Operations.BeginDeletionAsync(key, id, DateTimeOffset.UnixEpoch, Token));
        return (await Operations.FindOrNullAsync(key, id, Token))!;
    }

    /// <summary>Deletes a connection to its end; the number of steps that took.</summary>
    private protected async Task<int> DeleteWholeAsync(ConnectionKey key, int rows = 1000)
    {
        ConnectionOperation operation = await BeginDeletionAsync(key);
        int steps = 1;
        while (await Operations.DeleteStepAsync(operation, rows, TimeSpan.Zero, Token) == StepOutcome.More)
        {
            steps++;
        }

        return steps;
    }

    private protected ValueTask<long> CountAsync(string table) => Database.ReadAsync(session => session.ScalarOrNull($"SELECT count(*) FROM {table}")!.Value, Token);

    private async Task OpenAsync()
    {
        Database = await TestDatabase.OpenAsync();
        var operations = new SqlOperationStore(Database, Signals, History, ThisNode.Alone(TimeProvider.System));
        var numbers = new OpaqueNumbers(Database);
        Connections = new SqlConnectionStore(Database, Signals, numbers, History);
        Schemas = operations;
        Operations = operations;
        Items = new SqlItemStore(Database, Signals, numbers, History);
        Activities = new SqlActivityStore(Database, Signals);
        Feed = new SqlChangeFeed(Database, Signals, numbers, History, ThisNode.Alone(TimeProvider.System));
    }
}
