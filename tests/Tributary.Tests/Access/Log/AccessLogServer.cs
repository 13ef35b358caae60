using Tributary.Tests.Hosting;

namespace Tributary.Tests.Access.Log;

/// <summary>A server that writes down who was shown what.</summary>
internal static class AccessLogServer
{
    public const string Connection = "contosohr";

    /// <summary>The line of a search is on the disk before its answer.</summary>
    public const string WithAnswer = "Access:Log:WaitUntilDurable=true";

    /// <summary>Starts one with a connection that takes items.</summary>
    /// <param name="settings">Besides that the log is on.</param>
    public static async Task<TestServer> StartAsync(params string[] settings)
    {
        TestServer server = await TestServer.StartAsync(["Access:Log:Enabled=true", .. settings]);
        await server.CreateReadyConnectionAsync(Connection);
        return server;
    }
}
