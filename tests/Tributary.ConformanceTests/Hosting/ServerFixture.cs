using Tributary.ConformanceTests.Hosting;
using Tributary.Tests.Hosting;

[assembly: AssemblyFixture(typeof(ServerFixture))]

namespace Tributary.ConformanceTests.Hosting;

/// <summary>One server for all tests that need no setting of their own. Each takes a tenant that nobody else has, and so sees an empty service.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    private TestServer _server = null!;

    internal Tenant NewTenant() => new(_server);

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync($"Directory:SeedFile={SampleFiles.TestSeed}");

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
