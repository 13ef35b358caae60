using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Tributary.Auth;
using Tributary.Auth.DevIssuer;
using Tributary.Graph;

namespace Tributary.Tests.Auth;

/// <summary>A real Kestrel on a loopback port with the identity part of the server, and one endpoint for each row of the permission table.</summary>
internal sealed class AuthHost : IAsyncDisposable
{
    /// <summary>One key for all tests; each host finds it in its data directory as if made by an earlier run.</summary>
    public static readonly RSA IssuerKey = RSA.Create(2048);

    private readonly WebApplication _app;
    private readonly bool _ownsDirectory;

    private AuthHost(WebApplication app, FakeTimeProvider time, string dataDirectory, bool ownsDirectory, LogRecorder log)
    {
        _app = app;
        _ownsDirectory = ownsDirectory;
        Time = time;
        DataDirectory = dataDirectory;
        Log = log;
        Url = app.Urls.Single();
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false, RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 }) { BaseAddress = new Uri(Url) };
    }

    public string Url { get; }

    public HttpClient Client { get; }

    public FakeTimeProvider Time { get; }

    public string DataDirectory { get; }

    public LogRecorder Log { get; }

    public T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public static async Task<AuthHost> StartAsync(
        Dictionary<string, string?>? settings = null, string? dataDirectory = null, bool withKey = true, Action<IServiceCollection>? configure = null,
        Action<WebApplication>? before = null, string url = "http://127.0.0.1:0")
    {
        bool ownsDirectory = dataDirectory is null;
        dataDirectory ??= Directory.CreateTempSubdirectory("tributary-auth-").FullName;
        if (withKey && !File.Exists(Path.Combine(dataDirectory, "issuer.key")))
        {
            KeyFiles.Write(Path.Combine(dataDirectory, "issuer.key"), IssuerKey.ExportPkcs8PrivateKeyPem());
        }

        FakeTimeProvider time = new(new DateTimeOffset(2026, 3, 14, 9, 26, 53, TimeSpan.Zero));
        LogRecorder log = new();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(url);
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddTributaryAuth(builder.Configuration, dataDirectory, [url]);
        configure?.Invoke(builder.Services);

        WebApplication app = builder.Build();
        app.UseRequestIds();
        before?.Invoke(app);
        app.UseRouting();
        app.UseGraphAuthorization();
        app.MapDevIssuer();
        foreach (GraphOperation operation in Enum.GetValues<GraphOperation>())
        {
            app.MapGet($"/rows/{operation}", (RequestDelegate)AnswerAsync).RequirePermission(operation);
        }

        foreach (GraphVersion version in Enum.GetValues<GraphVersion>())
        {
            app.MapGet($"/{version.Segment()}/quota", (RequestDelegate)AnswerAsync)
                .WithMetadata(new GraphVersionMetadata(version)).RequirePermission(GraphOperation.QuotaRead);
        }

        app.MapGet("/open", (RequestDelegate)(context => context.Response.WriteAsync("open"))).AllowAnonymousCaller();
        app.MapGet("/forgotten", (RequestDelegate)(context => context.Response.WriteAsync("must not run")));
        app.MapGet("/operator", (RequestDelegate)(context => context.Response.WriteAsync("operator"))).RequireOperator();
        await app.StartAsync();
        return new AuthHost(app, time, dataDirectory, ownsDirectory, log);
    }

    public static TokenBuilder Token(AuthHost host) => new(host.Url, host.Time.GetUtcNow());

    public Task<HttpResponseMessage> GetAsync(string path, string? authorization = null)
    {
        HttpRequestMessage request = new(HttpMethod.Get, path);
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return Client.SendAsync(request);
    }

    public Task<HttpResponseMessage> AskAsync(GraphOperation operation, string token) => GetAsync($"/rows/{operation}", "Bearer " + token);

    public Task<HttpResponseMessage> PostTokenAsync(string tenant, Dictionary<string, string> form, Action<HttpRequestMessage>? change = null)
    {
        HttpRequestMessage request = new(HttpMethod.Post, $"/{tenant}/oauth2/v2.0/token") { Content = new FormUrlEncodedContent(form) };
        change?.Invoke(request);
        return Client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        if (_ownsDirectory)
        {
            Directory.Delete(DataDirectory, recursive: true);
        }
    }

    private static Task AnswerAsync(HttpContext context)
    {
        Caller caller = Caller.Of(context);
        return context.Response.WriteAsync($"{caller.TenantId} {caller.AppId} {caller.UserId ?? "app"}");
    }
}

/// <summary>Keeps every log line with its values and scopes, to look for what must not be in one.</summary>
internal sealed class LogRecorder : ILoggerProvider, ILogger
{
    private readonly List<string> _lines = [];
    private readonly HashSet<string> _categories = [];

    public IReadOnlyList<string> Categories
    {
        get
        {
            lock (_lines)
            {
                return [.. _categories];
            }
        }
    }

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public ILogger CreateLogger(string categoryName)
    {
        lock (_lines)
        {
            _categories.Add(categoryName);
        }

        return this;
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        lock (_lines)
        {
            _lines.Add($"scope {state} {Values(state)}");
        }

        return null;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines)
        {
            _lines.Add($"{logLevel} {eventId.Id} {formatter(state, exception)} {exception} {Values(state)}");
        }
    }

    public void Dispose()
    {
    }

    /// <summary>What a structured log would keep besides the text.</summary>
    private static string Values<TState>(TState state) =>
        state is IEnumerable<KeyValuePair<string, object?>> values ? string.Join(' ', values.Select(value => $"{value.Key}={value.Value}")) : "";
}

internal static class AuthHostAnswers
{
    public static async Task<JsonElement> ReadJsonAsync(this HttpResponseMessage response)
    {
        using JsonDocument document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return document.RootElement.Clone();
    }

    public static async Task<(HttpStatusCode Status, string Code, string Message, string? Reason)> ReadErrorAsync(this HttpResponseMessage response)
    {
        JsonElement error = (await response.ReadJsonAsync()).GetProperty("error");
        return (response.StatusCode, error.GetProperty("code").GetString()!, error.GetProperty("message").GetString()!,
            error.GetProperty("innerError").TryGetProperty("message", out JsonElement reason) ? reason.GetString() : null);
    }
}
