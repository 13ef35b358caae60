using Tributary.Tests.Hosting;

namespace Tributary.Tests.Faults;

/// <summary>One server with faults for all tests of a class; each begins without a rule and keeps to connections of its own.</summary>
public sealed class FaultServer : IAsyncLifetime
{
    private int _created;

    internal TestServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await TestServer.StartAsync("Faults:Enabled=true", "Connections:MaxPerTenant=1000");

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>An id that no other test of the class uses.</summary>
    internal string NewId() => $"conn{Interlocked.Increment(ref _created):d4}";

    /// <summary>Ends what the test before left.</summary>
    internal async Task ClearAsync() => (await Server.OperateAsync(HttpMethod.Delete, "/tributary/faults")).ShouldBe(204);
}
