using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Tributary.Cli;
using Tributary.Storage;
using Tributary.Storage.Postgres;
using Tributary.Tests.Auth;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>A server that starts while its database is away.</summary>
public sealed class PostgresStartTests : IDisposable
{
    private const string Password = "s3cret-of-the-database";

    private readonly LogRecorder _log = new();
    private readonly string _data = Directory.CreateTempSubdirectory("tributary-test-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _log.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    [NeedsPostgres]
    public async Task It_says_what_it_waits_for_and_starts_when_that_is_there()
    {
        InstalledPostgres server = InstalledPostgres.Start(isDurable: false);
        try
        {
            server.MakeTemplate();
            string connectionString = server.CreateDatabase() + $";Password={Password}";
            server.Stop();
            Task<(WebApplication? App, string Problem)> start = Task.Run(() => StartAsync(connectionString, wait: "00:05:00"), Token);
            string waits = await LineAsync("Warning 2501 ");
            Assert.Contains($" The start waits for the database test_", waits, StringComparison.Ordinal);
            Assert.Contains(", for up to 00:05:00 more (Storage:StartWait): ", waits, StringComparison.Ordinal);
            Assert.False(start.IsCompleted);

            server.Resume();

            (WebApplication? app, string problem) = await start;
            Assert.Equal("", problem);
            await using (app)
            {
                Assert.Contains(" is there, after 00:00:", await LineAsync("Warning 2502 "), StringComparison.Ordinal);
                Assert.Single(_log.Lines, line => line.StartsWith("Warning 2501 ", StringComparison.Ordinal));
                await app!.StopAsync(Token);
            }

            Assert.DoesNotContain(_log.Lines, line => line.Contains(Password, StringComparison.Ordinal));
        }
        finally
        {
            server.Remove();
        }
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Database=tributary", "database tributary at 127.0.0.1:1", "Connection refused.")]
    [InlineData("Host=db.invalid;Database=tributary", "database tributary at db.invalid:5432", null)]
    [InlineData("Host=127.0.0.1:1,127.0.0.1:2;Database=tributary", "database tributary at 127.0.0.1:1,127.0.0.1:2", null)]
    public async Task When_it_has_waited_long_enough_it_says_for_what_and_what_to_see_to(string connectionString, string place, string? reason)
    {
        (WebApplication? app, string problem) = await StartAsync($"{connectionString};Username=tributary;Password={Password}", wait: "00:00:00.6");

        Assert.Null(app);
        Assert.StartsWith($"The {place} cannot be reached, and was waited for 00:00:00.6000000 (Storage:StartWait): {reason}", problem, StringComparison.Ordinal);
        Assert.EndsWith(". ConnectionStrings:Tributary must name a PostgreSQL server that is running.", problem, StringComparison.Ordinal);
        Assert.StartsWith($"Warning 2501 The start waits for the {place}, for up to 00:00:01 more (Storage:StartWait): {reason}", await LineAsync("Warning 2501 "), StringComparison.Ordinal);
        Assert.DoesNotContain(_log.Lines.Append(problem), line => line.Contains(Password, StringComparison.Ordinal));
        Assert.DoesNotContain(_log.Lines, line => line.StartsWith("Critical", StringComparison.Ordinal) || line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_wait_it_says_so_at_once()
    {
        (WebApplication? app, string problem) = await StartAsync("Host=127.0.0.1;Port=1;Database=tributary;Username=tributary", wait: "00:00:00");

        Assert.Null(app);
        Assert.Equal("The database tributary at 127.0.0.1:1 cannot be reached: Connection refused. ConnectionStrings:Tributary must name a PostgreSQL server that is running.", problem);
        Assert.DoesNotContain(_log.Lines, line => line.StartsWith("Warning 2501 ", StringComparison.Ordinal));
    }

    /// <summary>What another try will not mend is not waited for.</summary>
    [Fact]
    [NeedsPostgres]
    public async Task A_database_that_does_not_exist_is_not_waited_for()
    {
        (WebApplication? app, string problem) = await StartAsync(PostgresServer.Get().ConnectionStringOf("nowhere"), wait: "00:05:00");

        Assert.Null(app);
        Assert.StartsWith("The database cannot be opened: database \"nowhere\" does not exist.", problem, StringComparison.Ordinal);
        Assert.DoesNotContain(_log.Lines, line => line.StartsWith("Warning 2501 ", StringComparison.Ordinal));
    }

    /// <summary>As deploy/README.md has an administrator prepare the database, with and without the last line.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [NeedsPostgres]
    public async Task A_user_who_may_not_ask_when_the_server_was_started_is_told_of_at_the_start(bool mayAsk)
    {
        PostgresServer server = PostgresServer.Get();
        string name = $"plain_{Guid.NewGuid():N}";
        server.Execute($"CREATE ROLE {name} LOGIN");
        server.Execute($"CREATE DATABASE {name} OWNER {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'");
        if (mayAsk)
        {
            server.Execute($"GRANT pg_read_all_stats TO {name}");
        }

        (WebApplication? app, string problem) = await StartAsync(
            new Npgsql.NpgsqlConnectionStringBuilder(server.ConnectionStringOf(name)) { Username = name }.ConnectionString, wait: "00:00:00");

        Assert.Equal("", problem);
        await using (app)
        {
            Assert.Equal(mayAsk ? 0 : 1, _log.Lines.Count(line => line.StartsWith("Warning 2503 ", StringComparison.Ordinal) && line.Contains("GRANT pg_read_all_stats", StringComparison.Ordinal)));
            await app!.StopAsync(Token);
        }

        server.Execute($"DROP DATABASE {name} WITH (FORCE)");
    }

    private Task<(WebApplication? App, string Problem)> StartAsync(string connectionString, string wait) => ServerStart.StartAsync(
        [
            new("Storage:Data", _data), new("Storage:Provider", StorageOptions.Postgres), new(PostgresConnectionString.Setting, connectionString), new("Storage:StartWait", wait),
            new("Urls", "http://127.0.0.1:0"), new("Nodes:DrainDelay", "00:00:00"),
        ],
        [],
        builder => builder.Logging.ClearProviders().AddProvider(_log),
        Token);

    private Task<string> LineAsync(string start) => Eventually.HoldsAsync(
        () => Task.FromResult(_log.Lines.FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal)) ?? ""), line => line.Length > 0);
}
