using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Tributary.Chaos.Clusters;
using Tributary.Chaos.Recording;

namespace Tributary.Chaos.Load;

/// <summary>Sends requests to nodes and has each written down with what came of it.</summary>
internal sealed class Client(IReadOnlyList<Node> nodes, Recorder recorder, Tokens tokens) : IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) }) { Timeout = TimeSpan.FromSeconds(20) };
    private long _lastUnknown;

    public int Nodes => nodes.Count;

    /// <summary>When the last write ended of whose outcome nobody knows.</summary>
    public long LastUnknown => Interlocked.Read(ref _lastUnknown);

    /// <param name="node">Number of the node.</param>
    /// <param name="caller">Name of the user, or the application.</param>
    /// <param name="method">HTTP method.</param>
    /// <param name="path">Path and query.</param>
    /// <param name="body">JSON; null for none.</param>
    /// <param name="tag">See <see cref="Exchange.Tag"/>.</param>
    public async Task<Answer> SendAsync(int node, string caller, HttpMethod method, string path, string? body = null, string? tag = null)
    {
        Uri? url = nodes[node].Url;
        long begin = recorder.Now;
        (int? status, string? text, TimeSpan? wait, Failure failure) = url is null
            ? (null, null, null, Failure.Unsent)
            : await ExchangeAsync(new Uri(url, path), tokens.Of(node, caller), method, body);
        long end = recorder.Now;
        recorder.Add(new Exchange
        {
            Begin = begin,
            End = end,
            Node = node,
            Caller = caller,
            Method = method.Method,
            Path = path,
            Body = body,
            Status = status,
            Failure = failure,
            RetryAfter = wait?.TotalSeconds,
            Answer = text,
            Tag = tag,
        });
        if (method != HttpMethod.Get && failure != Failure.Unsent && status is null or >= 500)
        {
            Interlocked.Exchange(ref _lastUnknown, end);
        }

        return new Answer(status, text, wait);
    }

    public void Dispose() => _http.Dispose();

    private async Task<(int? Status, string? Text, TimeSpan? Wait, Failure Failure)> ExchangeAsync(Uri url, string token, HttpMethod method, string? body)
    {
        using var request = new HttpRequestMessage(method, url);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (method != HttpMethod.Get)
        {
            // A request without content would be sent again by the handler when its connection breaks, unseen by the record.
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body ?? ""));
            request.Content.Headers.ContentType = body is null ? null : Json;
        }

        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead);
            string text = await response.Content.ReadAsStringAsync();
            return ((int)response.StatusCode, text, response.Headers.RetryAfter?.Delta, Failure.None);
        }
        catch (HttpRequestException exception)
        {
            bool isUnsent = exception.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError;
            return (null, null, null, isUnsent ? Failure.Unsent : Failure.Broken);
        }
        catch (IOException)
        {
            return (null, null, null, Failure.Broken);
        }
        catch (OperationCanceledException)
        {
            return (null, null, null, Failure.Timeout);
        }
    }
}

/// <summary>An answer as far as the load looks at it.</summary>
/// <param name="Status">Null: none came.</param>
/// <param name="Text">The body.</param>
/// <param name="Wait">Of <c>Retry-After</c>.</param>
internal readonly record struct Answer(int? Status, string? Text, TimeSpan? Wait)
{
    /// <summary>Whether a client would leave it at that: done, or refused for good.</summary>
    public bool IsFinal => Status is < 500 and not (int)HttpStatusCode.TooManyRequests;
}
