using System.Net.Http.Headers;
using System.Text.Json;

namespace Tributary.Tests.Hosting;

/// <summary>A whole answer of the server.</summary>
internal sealed record Answer(int Status, string Body, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    public static async Task<Answer> ReadAsync(HttpResponseMessage response) =>
        new((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers, response.Content.Headers);

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary><c>error.code</c>.</summary>
    public string ErrorCode => Json.GetProperty("error").GetProperty("code").GetString()!;

    /// <summary><c>error.message</c>.</summary>
    public string ErrorMessage => Json.GetProperty("error").GetProperty("message").GetString()!;

    /// <summary><c>innerError.code</c>, or null.</summary>
    public string? InnerCode => Json.GetProperty("error").GetProperty("innerError").TryGetProperty("code", out JsonElement code) ? code.GetString() : null;

    /// <summary><c>innerError.message</c>: the reason, or null.</summary>
    public string? Reason => Json.GetProperty("error").GetProperty("innerError").TryGetProperty("message", out JsonElement reason) ? reason.GetString() : null;

    /// <summary>The ids of a search answer's hits in order: what stands after the comma of <c>substrateContentDomainId</c>.</summary>
    public string[] HitIds => Container.TryGetProperty("hits", out JsonElement hits)
        ? [.. hits.EnumerateArray().Select(hit => hit.GetProperty("resource").GetProperty("properties").GetProperty("substrateContentDomainId").GetString()!.Split(',')[1])]
        : [];

    /// <summary>The first hits container of a search answer.</summary>
    public JsonElement Container => Json.GetProperty("value")[0].GetProperty("hitsContainers")[0];

    public int Total => Container.GetProperty("total").GetInt32();

    public override string ToString() => $"{Status} {Body}";

    /// <summary>Fails with the body in the message when the status is another.</summary>
    public Answer ShouldBe(int status)
    {
        Assert.True(Status == status, $"Expected {status}, got {Status}: {Body}");
        return this;
    }

    public Answer ShouldBe(int status, string code)
    {
        ShouldBe(status);
        Assert.Equal(code, ErrorCode);
        return this;
    }
}
