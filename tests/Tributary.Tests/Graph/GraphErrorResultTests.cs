using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Tributary.Graph;

namespace Tributary.Tests.Graph;

public sealed class GraphErrorResultTests
{
    private static async Task<(DefaultHttpContext Context, string Body)> WriteAsync(GraphError error)
    {
        FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 15, 10, 11, 12, 345, TimeSpan.FromHours(0)));
        DefaultHttpContext context = new() { RequestServices = new ServiceCollection().AddSingleton<TimeProvider>(time).BuildServiceProvider() };
        context.Response.Body = new MemoryStream();
        context.Features.Set(new RequestIds("r", "c"));
        await new GraphErrorResult(error).ExecuteAsync(context);
        return (context, Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray()));
    }

    [Fact]
    public async Task The_connectors_404_is_this_body()
    {
        (DefaultHttpContext context, string body) = await WriteAsync(GraphErrors.NotFound("Connection"));

        Assert.Equal(
            """{"error":{"code":"ItemNotFound","message":"The requested resource does not exist.","innerError":{"code":"ResourceNotFound","source":"Connection","message":"'Connection' was not found.","date":"2026-01-15T10:11:12","request-id":"r","client-request-id":"c"}}}""",
            body);
        Assert.Equal((404, "application/json", body.Length), (context.Response.StatusCode, context.Response.ContentType, context.Response.ContentLength));
    }

    [Fact]
    public async Task What_is_not_known_is_left_out()
    {
        (_, string body) = await WriteAsync(GraphErrors.GeneralException());

        Assert.Contains("\"innerError\":{\"date\"", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_headers_of_an_error_are_sent_where_it_has_them()
    {
        Assert.Equal("GET, PUT", (await WriteAsync(GraphErrors.MethodNotAllowed("GET, PUT"))).Context.Response.Headers.Allow.ToString());
        Assert.Equal("7", (await WriteAsync(GraphErrors.Unavailable("busy", 7))).Context.Response.Headers.RetryAfter.ToString());
        Assert.StartsWith("Bearer realm=\"\"", (await WriteAsync(GraphErrors.InvalidToken("x"))).Context.Response.Headers.WWWAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Empty((await WriteAsync(GraphErrors.GeneralException())).Context.Response.Headers.WWWAuthenticate.ToString());
    }
}
