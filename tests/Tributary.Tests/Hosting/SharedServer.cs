namespace Tributary.Tests.Hosting;

/// <summary>One server for all tests of a class, each of which keeps to connections of its own.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private int _created;

    internal TestServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await TestServer.StartAsync("Connections:MaxPerTenant=1000", "Items:MaxBytes=100000");

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>An id that no other test of the class uses.</summary>
    public string NewId() => $"conn{Interlocked.Increment(ref _created):d4}";
}
