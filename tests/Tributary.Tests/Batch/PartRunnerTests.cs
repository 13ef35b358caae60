using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Tributary.Batch;
using Tributary.Graph;

namespace Tributary.Tests.Batch;

/// <summary>The request that the pipeline sees of a part, and what becomes of its answer, with pipelines made for the purpose.</summary>
public sealed class PartRunnerTests : IAsyncDisposable
{
    private readonly PartPipeline _pipeline = new();
    private readonly ServiceProvider _services;
    private readonly DefaultHttpContext _batch;

    public PartRunnerTests()
    {
        _services = new ServiceCollection()
            .AddSingleton(_pipeline)
            .AddSingleton(Options.Create(new PublicUrlOptions()))
            .AddSingleton<IHttpContextFactory, DefaultHttpContextFactory>()
            .AddScoped<Scoped>()
            .AddLogging()
            .AddOptions()
            .BuildServiceProvider();
        _batch = new DefaultHttpContext { RequestServices = _services };
        _batch.Request.Scheme = "http";
        _batch.Request.Host = new HostString("localhost", 5080);
        _batch.Request.Headers.Authorization = "Bearer outer";
        _batch.Request.Headers.ContentType = "application/json";
        _batch.Request.Headers["Prefer"] = "respond-async";
        _batch.Features.Set("only the batch's");
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Fact]
    public async Task A_part_that_throws_is_that_parts_500()
    {
        PartAnswer answer = await RunAsync(_ => throw new InvalidOperationException("secret"));

        Assert.Equal((500, "GeneralException"), (answer.Status, Json(answer).GetProperty("error").GetProperty("code").GetString()));
        Assert.DoesNotContain("secret", Text(answer), StringComparison.Ordinal);
        Assert.True(Guid.TryParse(answer.Headers["request-id"], out _));
    }

    [Theory]
    [InlineData("{\"value\":[")]
    [InlineData("{} {}")]
    [InlineData("<html>")]
    public async Task An_answer_that_breaks_off_is_that_parts_500(string written)
    {
        PartAnswer answer = await RunAsync(context => WriteAsync(context, "application/json", written));

        Assert.Equal((500, "GeneralException"), (answer.Status, Json(answer).GetProperty("error").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task What_is_no_JSON_needs_not_be_sound() =>
        Assert.Equal("<html>", Text(await RunAsync(context => WriteAsync(context, "text/html", "<html>"))));

    [Fact]
    public async Task A_part_sees_a_request_of_its_own_and_nothing_of_its_batchs()
    {
        await RunAsync(
            context =>
            {
                HttpRequest request = context.Request;
                Assert.Equal(("PUT", "/beta/a b", "?x=1", "http", "localhost:5080"), (request.Method, request.Path.Value, request.QueryString.Value, request.Scheme, request.Host.Value));
                Assert.Equal(("Bearer outer", "application/json", 7), (request.Headers.Authorization.ToString(), request.ContentType, request.ContentLength));
                Assert.False(request.Headers.ContainsKey("Prefer"));
                Assert.Equal("mine", request.Headers["X-Own"].ToString());
                Assert.Null(context.Features.Get<string>());
                Assert.Null(context.GetEndpoint());
                Assert.Empty(context.Items);
                Assert.NotNull(context.Features.Get<BatchPart>());
                return Task.CompletedTask;
            },
            Part("PUT", "/a%20b?x=1", """{"a":1}""", ("X-Own", "mine"), ("Authorization", "Bearer inner")));
    }

    [Fact]
    public async Task A_body_in_base64_is_what_it_stands_for()
    {
        foreach (string text in (string[])["", "f", "fo", "foo", "ÿ?>"])
        {
            string base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
            string base64Url = base64.Replace('+', '-').Replace('/', '_');
            foreach (string written in (string[])[base64, base64Url, base64Url.TrimEnd('='), base64.TrimEnd('='), base64.Replace("/", "\\/", StringComparison.Ordinal)])
            {
                string? read = null;
                await RunAsync(
                    async context =>
                    {
                        Assert.Equal(Encoding.UTF8.GetByteCount(text), context.Request.ContentLength);
                        read = await new StreamReader(context.Request.Body).ReadToEndAsync();
                    },
                    Part("PUT", "/x", $"\"{written}\"", ("Content-Type", "text/plain")));
                Assert.Equal(text, read);
            }
        }
    }

    [Fact]
    public async Task Callbacks_run_before_the_first_byte_and_after_the_last()
    {
        var order = new List<string>();

        PartAnswer answer = await RunAsync(async context =>
        {
            context.Response.OnStarting(() =>
            {
                order.Add("starting");
                context.Response.Headers["X-Late"] = "yes";
                return Task.CompletedTask;
            });
            context.Response.OnCompleted(() =>
            {
                order.Add("completed");
                return Task.CompletedTask;
            });
            await context.Response.WriteAsync("1");
            order.Add("written");
            Assert.True(context.Response.HasStarted);
            Assert.Throws<InvalidOperationException>(() => context.Response.Headers["X-Later"] = "no");
        });

        Assert.Equal(["starting", "written", "completed"], order);
        Assert.Equal("yes", answer.Headers["X-Late"]);
    }

    [Fact]
    public async Task Callbacks_run_for_an_answer_without_a_body_too()
    {
        bool isStarted = false;
        await RunAsync(context =>
        {
            context.Response.StatusCode = 204;
            context.Response.OnStarting(() =>
            {
                isStarted = true;
                return Task.CompletedTask;
            });
            return Task.CompletedTask;
        });

        Assert.True(isStarted);
    }

    [Fact]
    public async Task Services_live_as_long_as_their_part()
    {
        Scoped? first = null, second = null;
        await RunAsync(context =>
        {
            first = context.RequestServices.GetRequiredService<Scoped>();
            Assert.False(first.IsDisposed);
            return Task.CompletedTask;
        });
        await RunAsync(context =>
        {
            second = context.RequestServices.GetRequiredService<Scoped>();
            return Task.CompletedTask;
        });

        Assert.True(first!.IsDisposed);
        Assert.NotSame(first, second);
    }

    [Theory]
    [InlineData("GET", 200, "{}")]
    [InlineData("HEAD", 200, "")]
    [InlineData("GET", 204, "")]
    [InlineData("GET", 304, "")]
    public async Task Some_answers_have_no_body_whatever_was_written(string method, int status, string body)
    {
        PartAnswer answer = await RunAsync(
            context =>
            {
                context.Response.StatusCode = status;
                return WriteAsync(context, "application/json", "{}");
            },
            Part(method, "/x", null));

        Assert.Equal((status, body), (answer.Status, Text(answer)));
    }

    [Fact]
    public async Task What_is_written_to_the_pipe_arrives()
    {
        PartAnswer answer = await RunAsync(context =>
        {
            context.Response.ContentType = "text/plain";
            "in the pipe"u8.CopyTo(context.Response.BodyWriter.GetSpan(11));
            context.Response.BodyWriter.Advance(11);
            return Task.CompletedTask;
        });

        Assert.Equal("in the pipe", Text(answer));
    }

    [Fact]
    public async Task The_client_goes_away_for_parts_too()
    {
        using var client = new CancellationTokenSource();
        _batch.RequestAborted = client.Token;
        await RunAsync(async context =>
        {
            await client.CancelAsync();
            Assert.True(context.RequestAborted.IsCancellationRequested);
        });
    }

    private async Task<PartAnswer> RunAsync(RequestDelegate pipeline, BatchPart? part = null)
    {
        // What a pipeline of a test finds wrong must not become a 500 that nobody looks at.
        Exception? failed = null;
        _pipeline.Take(async context =>
        {
            try
            {
                await pipeline(context);
            }
            catch (Xunit.Sdk.XunitException exception)
            {
                failed = exception;
            }
        });
        PartAnswer answer = await new PartRunner(_batch, GraphVersion.Beta).RunAsync(part ?? Part("GET", "/x", null), failed: null);
        Assert.Null(failed);
        return answer;
    }

    private static BatchPart Part(string method, string url, string? body, params (string Name, string Value)[] headers) => new()
    {
        Id = "1",
        Method = method,
        Url = url,
        Headers = headers.ToDictionary(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase),
        Body = body is null ? default : new ArraySegment<byte>(Encoding.UTF8.GetBytes(body)),
        DependsOn = [],
    };

    private static Task WriteAsync(HttpContext context, string contentType, string text)
    {
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(text);
    }

    private static string Text(PartAnswer answer) => Encoding.UTF8.GetString(answer.Body.Span);

    private static JsonElement Json(PartAnswer answer) => JsonDocument.Parse(answer.Body).RootElement;

    private sealed class Scoped : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}
