namespace Tributary.Tests.Storage.Postgres;

/// <summary>Not marked as a test that needs a server: where there is none, this says so for all of those.</summary>
public sealed class PostgresServerTests
{
    [Fact]
    public void The_tests_over_PostgreSQL_have_a_server() => PostgresServer.Get().Execute("SELECT 1");
}
