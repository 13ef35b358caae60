using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Polly;
using Polly.Retry;
using Tributary.Auth.DevIssuer;

namespace Tributary.Cli;

/// <summary>
/// Speaks to a running server for the commands that move connections. What can be sent again is, for about a minute: a lost connection, a server that is busy, restarts or hands over
/// to another one.
/// </summary>
internal sealed class TransferClient : IDisposable
{
    /// <summary>A server that sends nothing for so long is taken for lost.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(2);

    private static readonly ResiliencePipeline Retries = new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<TransientException>(),
            MaxRetryAttempts = 8,
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromMilliseconds(200),
            MaxDelay = TimeSpan.FromSeconds(15),
            UseJitter = true,
        })
        .Build();

    private readonly HttpClient _http;
    private readonly Uri _server;

    private TransferClient(Uri server, string token)
    {
        _server = server;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(15) }) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <exception cref="TransferException">It is no address.</exception>
    public static TransferClient Open(string url, string token) => Uri.TryCreate(url, UriKind.Absolute, out Uri? server) && server.Scheme is "http" or "https"
        ? new TransferClient(server, token)
        : throw new TransferException($"'{url}' is no http or https address, such as {DevDefaults.ServerUrl}.");

    /// <summary>Sends a request and reads its JSON answer.</summary>
    /// <exception cref="TransferException">The server refuses, or does not answer.</exception>
    public async Task<JsonElement?> SendAsync(HttpMethod method, string path, Func<HttpContent?> content, CancellationToken cancellation) => await RetryAsync(
        async token =>
        {
            using var bound = CancellationTokenSource.CreateLinkedTokenSource(token);
            bound.CancelAfter(Silence);
            using HttpResponseMessage response = await StartAsync(method, path, content(), bound.Token, token);
            string text = await GuardAsync(() => response.Content.ReadAsStringAsync(bound.Token), token);
            return text.Length == 0 ? (JsonElement?)null : Parse(text);
        },
        cancellation);

    /// <summary>Reads a streamed answer; <paramref name="read"/> says whether that was all.</summary>
    /// <param name="path">What is posted to.</param>
    /// <param name="content">The body, for each attempt anew.</param>
    /// <param name="read">Takes the body; an attempt that brought it on is followed by others without an end.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task StreamAsync(string path, Func<HttpContent?> content, Func<Stream, CancellationToken, Task<StreamOutcome>> read, CancellationToken cancellation)
    {
        StreamOutcome outcome;
        do
        {
            outcome = await RetryAsync(
                async token =>
                {
                    using HttpResponseMessage response = await StartAsync(HttpMethod.Post, path, content(), token, token);
                    await using Stream body = await response.Content.ReadAsStreamAsync(token);
                    await using var watched = new WatchedStream(body, Silence);
                    StreamOutcome ended = await GuardAsync(() => read(watched, token), token);
                    return ended == StreamOutcome.Nothing ? throw new TransientException("The server ended its answer before it was complete.") : ended;
                },
                cancellation);
        }
        while (outcome != StreamOutcome.Complete);
    }

    public void Dispose() => _http.Dispose();

    private static async Task<T> RetryAsync<T>(Func<CancellationToken, Task<T>> send, CancellationToken cancellation)
    {
        try
        {
            return await Retries.ExecuteAsync(async token => await send(token), cancellation);
        }
        catch (TransientException exception)
        {
            throw new TransferException(exception.Message);
        }
    }

    private async Task<HttpResponseMessage> StartAsync(HttpMethod method, string path, HttpContent? content, CancellationToken bound, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(method, new Uri(_server, path)) { Content = content };
        HttpResponseMessage response = await GuardAsync(() => _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, bound), cancellation);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            string text = await GuardAsync(() => response.Content.ReadAsStringAsync(bound), cancellation);
            (string reason, string? code) = ProblemOf(text);
            string told = $"The server answered {(int)response.StatusCode}: {reason}";
            throw response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
                ? new TransientException(told)
                : new TransferException(told) { Code = code };
        }
    }

    /// <summary>What the network does is told apart from what the server says and from Ctrl-C.</summary>
    private async Task<T> GuardAsync<T>(Func<Task<T>> act, CancellationToken cancellation)
    {
        try
        {
            return await act();
        }
        catch (Exception exception) when (exception is HttpRequestException or HttpIOException or TimeoutException)
        {
            throw new TransientException($"No server answers at {_server} ({exception.Message}).");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TransientException($"The server at {_server} did not answer in two minutes.");
        }
    }

    private static (string Reason, string? Code) ProblemOf(string text)
    {
        if (Parse(text) is not { ValueKind: JsonValueKind.Object } answer || !answer.TryGetProperty("error", out JsonElement error) || error.ValueKind != JsonValueKind.Object)
        {
            return ("no reason", null);
        }

        JsonElement inner = error.TryGetProperty("innerError", out JsonElement found) ? found : default;
        return (Text(inner, "message") ?? Text(error, "message") ?? "no reason", Text(inner, "code"));
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JsonElement? Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed class TransientException(string message) : Exception(message);

    /// <summary>A stream that gives up when nothing comes any more.</summary>
    private sealed class WatchedStream(Stream inner, TimeSpan silence) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await inner.ReadAsync(buffer, cancellationToken).AsTask().WaitAsync(silence, cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }
    }
}

internal enum StreamOutcome
{
    /// <summary>Nothing came that counts.</summary>
    Nothing,

    /// <summary>Something came, but not all.</summary>
    Some,
    Complete,
}

/// <summary>A command that moves a connection cannot go on; the message is for people.</summary>
internal sealed class TransferException(string message) : Exception(message)
{
    /// <summary>The server's inner code; null when it said none.</summary>
    public string? Code { get; init; }
}
