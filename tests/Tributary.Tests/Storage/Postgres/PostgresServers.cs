using Tributary.Tests.Storage.Postgres;

[assembly: AssemblyFixture(typeof(PostgresServers))]

namespace Tributary.Tests.Storage.Postgres;

/// <summary>
/// Removes the servers that tests have started when the last test has ended. Not as the process ends: hundreds of databases take a while, and a test process that does
/// not end at once is ended by its runner, as failed.
/// </summary>
public sealed class PostgresServers : IDisposable
{
    public void Dispose() => PostgresServer.RemoveAll();
}
