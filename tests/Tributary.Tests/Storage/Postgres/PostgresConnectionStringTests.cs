using Npgsql;
using Tributary.Storage.Postgres;

namespace Tributary.Tests.Storage.Postgres;

public sealed class PostgresConnectionStringTests
{
    [Fact]
    public void Of_several_hosts_the_one_that_takes_writes_is_asked() =>
        Assert.Equal("primary", PostgresConnectionString.Parse("Host=a,b;Database=tributary").TargetSessionAttributes);

    [Fact]
    public void A_single_host_is_asked_whatever_it_is() => Assert.Null(PostgresConnectionString.Parse("Host=a;Database=tributary").TargetSessionAttributes);

    [Fact]
    public void A_host_that_was_not_reached_is_tried_again_a_second_later() =>
        Assert.Equal((5, 1, "tributary"), Waits(PostgresConnectionString.Parse("Host=a,b;Database=tributary")));

    [Fact]
    public void What_is_written_is_left_as_it_is()
    {
        NpgsqlConnectionStringBuilder parsed = PostgresConnectionString.Parse(
            "Host=a,b;Database=tributary;Timeout=7;Host Recheck Seconds=8;Application Name=mine;Target Session Attributes=read-write");
        Assert.Equal((7, 8, "mine"), Waits(parsed));
        Assert.Equal("read-write", parsed.TargetSessionAttributes);
    }

    private static (int Timeout, int Recheck, string? Name) Waits(NpgsqlConnectionStringBuilder parsed) =>
        (parsed.Timeout, parsed.HostRecheckSeconds, parsed.ApplicationName);
}
