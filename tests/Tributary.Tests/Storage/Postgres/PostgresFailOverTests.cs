using Microsoft.Extensions.Time.Testing;
using Tributary.Access.History;
using Tributary.Connections;
using Tributary.Nodes;
using Tributary.Storage;
using Tributary.Tests.Hosting;
using Tributary.Tests.Nodes;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>Another server in the place of the one that went away, which had not got its last commits.</summary>
[NeedsPostgres]
public sealed class PostgresFailOverTests : StoreContract
{
    private readonly InstalledPostgres _server;
    private readonly PostgresTestDatabase _database;
    private readonly string _folder = Directory.CreateTempSubdirectory("tributary-failover-").FullName;

    public PostgresFailOverTests()
        : this(InstalledPostgres.Start(isDurable: false))
    {
    }

    private PostgresFailOverTests(InstalledPostgres server)
        : this(server, Prepared(server))
    {
    }

    private PostgresFailOverTests(InstalledPostgres server, PostgresTestDatabase database)
        : base(() => database)
    {
        _server = server;
        _database = database;
    }

    private static PostgresTestDatabase Prepared(InstalledPostgres server)
    {
        server.MakeTemplate();
        return new PostgresTestDatabase(server: server);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task No_search_knows_what_the_server_did_not_get_however_many_changes_came_since(int since)
    {
        StoredConnection connection = await CreateReadyAsync();
        await using TestNode node = await StartAsync();
        await PutManyAsync(connection.Key, 1, "kept");
        Assert.Equal("kept00000", await node.IdsAsync(await FindAsync("contosohr")));
        _server.Stop();
        _server.KeepData();
        _server.Resume();
        await Eventually.IsTrueAsync(IsThereAsync, "the server is back");
        await PutManyAsync(connection.Key, 2, "lost");
        Assert.Equal("kept00000 lost00000 lost00001", await node.IdsAsync(await FindAsync("contosohr")));

        _server.Crash();
        _server.GoBack();
        _server.Resume();
        await Eventually.IsTrueAsync(IsThereAsync, "another one is there");
        await PutManyAsync(connection.Key, since, "new");

        string expected = string.Join(' ', Enumerable.Range(0, since).Select(i => $"new{i:D5}").Prepend("kept00000"));
        Assert.Equal(expected, await node.IdsAsync(await FindAsync("contosohr")));
    }

    [Fact]
    public async Task A_connection_that_came_to_have_the_same_key_and_version_is_not_taken_for_the_lost_one()
    {
        await CreateReadyAsync("before");
        _server.Stop();
        _server.KeepData();
        _server.Resume();
        await Eventually.IsTrueAsync(IsThereAsync, "the server is back");
        var connections = new SqlConnectionStore(Database, _database.Signals, new OpaqueNumbers(Database), AccessHistory.Off);
        await CreateReadyAsync("lost");
        StoredConnection lost = (await connections.FindOrNullAsync(Tenant, "lost", Token))!;

        _server.Crash();
        _server.GoBack();
        _server.Resume();
        await Eventually.IsTrueAsync(IsThereAsync, "another one is there");
        await Database.WriteAsync(WriteScope.Store, session => session.ScalarOrNull("SELECT setval('connection_key_seq', @key)", lost.Key.Value - 1), 0, Token);
        await CreateReadyAsync("other");
        StoredConnection other = (await connections.FindOrNullAsync(Tenant, "other", Token))!;

        Assert.Equal(lost.Key, other.Key);
        Assert.Equal(("other", "Name of other"), (other.Connection.Id, other.Connection.Name));
    }

    [Fact]
    public async Task A_standby_is_not_read_as_it_may_be_behind()
    {
        await CreateReadyAsync();
        _server.Stop();
        _server.BeStandby(true);
        _server.Resume();

        var exception = await Assert.ThrowsAsync<StorageUnavailableException>(() => CountAsync("connection").AsTask());
        Assert.Equal("The database only reads at the moment.", exception.Message);

        _server.Stop();
        _server.BeStandby(false);
        _server.Resume();
        await Eventually.IsTrueAsync(IsThereAsync, "it is a standby no more");
        Assert.Equal(1, await CountAsync("connection"));
    }

    [Fact]
    public async Task An_index_stays_open_while_the_server_is_away()
    {
        StoredConnection connection = await CreateReadyAsync();
        await using TestNode node = await StartAsync();
        await PutManyAsync(connection.Key, 3);
        StoredConnection before = await FindAsync("contosohr");
        Assert.Equal("item00000 item00001 item00002", await node.IdsAsync(before));
        var opened = await node.Catalog.ObserveAsync(Token);

        _server.Crash();
        node.Signals.RaiseChanged(connection.Key);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => node.Catalog.ObserveAsync(Token));
        Assert.Equal("item00000 item00001 item00002", await node.IdsAsync(before));
        _server.Resume();
        await Eventually.IsTrueAsync(IsThereAsync, "the server is back");
        await PutManyAsync(connection.Key, 1, "next");

        Assert.Equal("item00000 item00001 item00002 next00000", await node.IdsAsync(await FindAsync("contosohr")));
        Assert.Equal(1, opened.Open);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _server.Remove();
        Directory.Delete(_folder, recursive: true);
    }

    private Task<TestNode> StartAsync() => TestNode.StartAsync(
        Database, new ThisNode("a", isShared: true, new NodeOptions(), new FakeTimeProvider(DateTimeOffset.UtcNow)), _folder, TimeProvider.System, signals: _database.Signals);

    private async Task<bool> IsThereAsync()
    {
        try
        {
            return await CountAsync("connection") > 0 && await Database.WriteAsync(WriteScope.Store, session => session.Execute("DELETE FROM probe"), 0, Token) == 0;
        }
        catch (StorageUnavailableException)
        {
            return false;
        }
    }
}
