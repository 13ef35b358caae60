using Tributary.Auth;

namespace Tributary.Tests.Hosting;

/// <summary>Calls of the operator, by the key in the data directory: it has no lifetime, so a moved clock leaves it valid.</summary>
internal static class OperatorServer
{
    public static Task<Answer> OperateAsync(this TestServer server, HttpMethod method, string path, string? json = null) =>
        server.SendAsync(method, path, json, OperatorKey.Read(server.Data));

    /// <summary>Changes the virtual clock.</summary>
    public static async Task<Answer> ClockAsync(this TestServer server, string json) =>
        (await server.OperateAsync(HttpMethod.Patch, "/tributary/clock", json)).ShouldBe(200);

    /// <summary>Makes a fault and returns its id.</summary>
    public static async Task<string> FaultAsync(this TestServer server, string json) =>
        (await server.OperateAsync(HttpMethod.Post, "/tributary/faults", json)).ShouldBe(201).Json.GetProperty("id").GetString()!;

    /// <summary>A fault as it stands.</summary>
    public static async Task<Answer> FaultStateAsync(this TestServer server, string id) =>
        (await server.OperateAsync(HttpMethod.Get, "/tributary/faults/" + id)).ShouldBe(200);
}
