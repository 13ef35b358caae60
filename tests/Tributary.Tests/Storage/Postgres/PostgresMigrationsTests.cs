using Microsoft.Extensions.Time.Testing;
using Tributary.Nodes;
using Tributary.Storage;
using Tributary.Storage.Postgres;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>A script that nodes of the version before cannot live with is not run while one is there.</summary>
[NeedsPostgres]
public sealed class PostgresMigrationsTests : IDisposable
{
    private const string Self = "5e1f";

    private static readonly string[] ForAll = [.. PostgresMigrations.Scripts, "CREATE TABLE added (number BIGINT)"];
    private static readonly string[] ForNobodyElse = [.. PostgresMigrations.Scripts, PostgresMigrations.NotBesideOthers + "\nCREATE TABLE added (number BIGINT)"];

    private readonly string _connectionString = PostgresServer.Get().CreateDatabase();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 29, 12, 0, 0, TimeSpan.Zero));
    private readonly NodeOptions _options = new() { GoneAfter = TimeSpan.FromSeconds(40) };

    public void Dispose() => PostgresServer.Get().DropDatabase(_connectionString);

    [Fact]
    public void Nodes_that_run_are_named_and_nothing_is_changed()
    {
        AddNode("b2", "second", "0.1.0-b");
        AddNode("a1", "first", "0.1.0-a", seenBefore: _options.GoneAfter - TimeSpan.FromMilliseconds(1));

        string message = Assert.Throws<InvalidDataException>(() => Migrate(ForNobodyElse)).Message;

        Assert.Equal(
            $"The database is of version {PostgresMigrations.Newest}, and nodes that run on it cannot go on when it is brought to {PostgresMigrations.Newest + 1}. "
            + "Stop these nodes first: 'first' (a1, build 0.1.0-a), 'second' (b2, build 0.1.0-b). "
            + "One that was killed counts as gone 00:00:40 after it was heard of last (Nodes:GoneAfter). Nothing was changed.",
            message);
        Assert.Equal((PostgresMigrations.Newest, false), State());
    }

    [Fact]
    public void A_node_that_has_stopped_or_is_not_heard_of_any_more_is_in_nobodys_way()
    {
        AddNode("a1", "first", "0.1.0-a", isRunning: false);
        AddNode("b2", "second", "0.1.0-b", seenBefore: _options.GoneAfter);

        Migrate(ForNobodyElse);

        Assert.Equal((PostgresMigrations.Newest + 1, true), State());
    }

    [Fact]
    public void A_node_that_was_killed_is_not_in_its_own_way()
    {
        AddNode(Self, "this", "0.1.0-a");

        Migrate(ForNobodyElse);

        Assert.Equal((PostgresMigrations.Newest + 1, true), State());
    }

    [Fact]
    public void Other_scripts_run_beside_nodes()
    {
        AddNode("a1", "first", "0.1.0-a");

        Migrate(ForAll);

        Assert.Equal((PostgresMigrations.Newest + 1, true), State());
    }

    [Fact]
    public void A_script_that_has_been_run_is_in_nobodys_way()
    {
        Migrate(ForNobodyElse);
        AddNode("a1", "first", "0.1.0-a");

        Migrate(ForNobodyElse);
        Migrate([.. ForNobodyElse, "DROP TABLE added"]);

        Assert.Equal((PostgresMigrations.Newest + 2, false), State());
    }

    [Fact]
    public void A_new_database_has_no_nodes()
    {
        string connectionString = PostgresServer.Get().CreateDatabase(isEmpty: true);
        try
        {
            using SqlSession session = PostgresServer.OpenSession(connectionString);
            PostgresMigrations.Run(session, Node(), ForNobodyElse);
            Assert.Equal(PostgresMigrations.Newest + 1, session.ScalarOrNull("SELECT version FROM store_version"));
        }
        finally
        {
            PostgresServer.Get().DropDatabase(connectionString);
        }
    }

    private ThisNode Node() => new(Self, isShared: true, _options, _time);

    private void Migrate(string[] scripts)
    {
        using SqlSession session = PostgresServer.OpenSession(_connectionString);
        PostgresMigrations.Run(session, Node(), scripts);
    }

    private (long Version, bool IsAdded) State()
    {
        using SqlSession session = PostgresServer.OpenSession(_connectionString);
        return (session.ScalarOrNull("SELECT version FROM store_version")!.Value, session.ScalarOrNull("SELECT 1 WHERE to_regclass('added') IS NOT NULL") is not null);
    }

    private void AddNode(string id, string name, string build, bool isRunning = true, TimeSpan seenBefore = default)
    {
        using SqlSession session = PostgresServer.OpenSession(_connectionString);
        session.Execute(
            "INSERT INTO node (id, name, build, started, seen, running) VALUES (@id, @name, @build, 0, @seen, @running)",
            id,
            name,
            build,
            (_time.GetUtcNow() - seenBefore).ToUnixTimeMilliseconds(),
            isRunning ? 1 : 0);
    }
}
