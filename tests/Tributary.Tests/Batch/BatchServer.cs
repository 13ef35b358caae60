using System.Text;
using System.Text.Json;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Batch;

/// <summary>How tests write a batch.</summary>
internal static class BatchServer
{
    public const string Item = """{"acl":[{"type":"everyone","value":"everyone","accessType":"grant"}],"properties":{"title":"Printer"}}""";

    public static Task<Answer> BatchAsync(this TestServer server, string requests, string version = "v1.0", string? token = null) =>
        server.PostAsync($"/{version}/$batch", $$"""{"requests":[{{requests}}]}""", token);

    /// <summary>A request that puts an item, as a batch holds it.</summary>
    public static string Put(string id, string connection, string item, string more = "") =>
        $$"""{"id":"{{id}}","method":"PUT","url":"/external/connections/{{connection}}/items/{{item}}","headers":{"Content-Type":"application/json"},"body":{{Item}}{{more}}}""";

    public static string Get(string id, string url, string more = "") => $$"""{"id":"{{id}}","method":"GET","url":{{JsonSerializer.Serialize(url)}}{{more}}}""";

    public static JsonElement[] Responses(this Answer answer) => [.. answer.ShouldBe(200).Json.GetProperty("responses").EnumerateArray()];

    public static int Status(this JsonElement response) => response.GetProperty("status").GetInt32();

    public static int[] Statuses(this Answer answer) => [.. answer.Responses().Select(Status)];

    /// <summary>Fails with the whole answer in the message when the parts have other statuses.</summary>
    public static void ShouldHold(this Answer answer, params int[] statuses) =>
        Assert.True(answer.Statuses().SequenceEqual(statuses), $"Expected {string.Join(", ", statuses)}: {answer.Body}");

    public static JsonElement Body(this JsonElement response) => response.GetProperty("body");

    public static JsonElement Error(this JsonElement response) => response.Body().GetProperty("error");

    public static string Code(this JsonElement response) => response.Error().GetProperty("code").GetString()!;

    public static string Message(this JsonElement response) => response.Error().GetProperty("message").GetString()!;

    public static string? Reason(this JsonElement response) => response.Error().GetProperty("innerError").TryGetProperty("message", out JsonElement reason) ? reason.GetString() : null;

    public static string? Header(this JsonElement response, string name) => response.GetProperty("headers").TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    public static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
