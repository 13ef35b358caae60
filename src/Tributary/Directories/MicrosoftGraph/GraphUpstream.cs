using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Tributary.Directories.MicrosoftGraph;

/// <summary>
/// Microsoft Graph v1.0 as one tenant's directory is asked there. What may pass is tried again beneath (<see cref="GraphDirectorySetup"/>); what is left, be it a
/// refusal, silence or nonsense, becomes <see cref="DirectoryUnavailableException"/>, and never an answer.
/// </summary>
internal sealed partial class GraphUpstream(HttpClient http, GraphTokens tokens, GraphDirectoryOptions options, ILogger<GraphUpstream> logger)
{
    private const string Version = "/v1.0";

    /// <summary>Entra's own links stay below; a longer one could not be handed on to a client.</summary>
    private const int MaxLinkLength = 2000;

    /// <summary>What a GET answers; null when it is 404.</summary>
    /// <param name="tenantId">Lower-case.</param>
    /// <param name="path">Path and query below the version.</param>
    public Task<JsonElement?> GetOrNullAsync(string tenantId, string path, CancellationToken cancellationToken) =>
        SendAsync(tenantId, HttpMethod.Get, path, content: null, cancellationToken);

    public async Task<JsonElement> PostAsync(string tenantId, string path, GetByIdsBody body, CancellationToken cancellationToken) =>
        await SendAsync(tenantId, HttpMethod.Post, path, () => JsonContent.Create(body, GraphJson.Default.GetByIdsBody), cancellationToken)
            ?? throw GraphAnswers.Broken("an action is not there");

    /// <summary>The entries of a page.</summary>
    public static IEnumerable<JsonElement> Entries(JsonElement page) =>
        page.ValueKind == JsonValueKind.Object && page.TryGetProperty("value", out JsonElement value) && value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray()
            : throw GraphAnswers.Broken("a list has no value");

    /// <summary>The next page below the version; null after the last one. A link to anywhere else is not followed, as our token would go along.</summary>
    public string? NextOrNull(JsonElement page)
    {
        if (page.TextOrNull("@odata.nextLink") is not { } link)
        {
            return null;
        }

        string root = options.EndpointUri.GetLeftPart(UriPartial.Authority);
        return Uri.TryCreate(link, UriKind.Absolute, out Uri? uri)
            && uri.GetLeftPart(UriPartial.Authority) == root
            && uri.AbsolutePath.StartsWith(Version + "/", StringComparison.OrdinalIgnoreCase)
            && uri.PathAndQuery.Length <= MaxLinkLength
            ? uri.PathAndQuery[Version.Length..]
            : throw GraphAnswers.Broken("a nextLink leads elsewhere or is too long");
    }

    private async Task<JsonElement?> SendAsync(string tenantId, HttpMethod method, string path, Func<HttpContent>? content, CancellationToken cancellationToken)
    {
        try
        {
            string token = await tokens.GetAsync(tenantId, cancellationToken);
            (HttpStatusCode status, JsonElement? answer, int? retryAfter) = await SendOnceAsync(method, path, content, token, cancellationToken);
            if (status == HttpStatusCode.Unauthorized)
            {
                // Revoked, or made by a key that has been retired: once more with a new one.
                tokens.Drop(tenantId, token);
                token = await tokens.GetAsync(tenantId, cancellationToken);
                (status, answer, retryAfter) = await SendOnceAsync(method, path, content, token, cancellationToken);
            }

            return status switch
            {
                HttpStatusCode.OK => answer,
                HttpStatusCode.NotFound => null,
                HttpStatusCode.BadRequest when path.Contains("$filter=", StringComparison.Ordinal) => throw new DirectoryQuestionRefusedException("Microsoft Graph does not take this question."),
                _ => throw Unavailable(tenantId, status, retryAfter),
            };
        }
        catch (BrokenCircuitException exception)
        {
            throw new DirectoryUnavailableException("Microsoft Graph has failed repeatedly and is left alone for a while.", exception)
            {
                RetryAfterSeconds = (int)Math.Ceiling(exception.RetryAfter?.TotalSeconds ?? 5),
            };
        }
        catch (Exception exception) when (exception is HttpRequestException or TimeoutRejectedException or JsonException or IOException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new DirectoryUnavailableException("Microsoft Graph cannot be asked for groups: it does not answer.", exception);
        }
    }

    private async Task<(HttpStatusCode Status, JsonElement? Answer, int? RetryAfter)> SendOnceAsync(
        HttpMethod method, string path, Func<HttpContent>? content, string token, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(options.EndpointUri, Version + path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);

        // Without it Graph refuses ne, not, endswith and casts (https://learn.microsoft.com/graph/aad-advanced-queries).
        request.Headers.Add("ConsistencyLevel", "eventual");
        request.Content = content?.Invoke();
        using HttpResponseMessage response = await http.SendAsync(request, cancellationToken);
        JsonElement? answer = response.StatusCode == HttpStatusCode.OK
            ? await response.Content.ReadFromJsonAsync(GraphJson.Default.JsonElement, cancellationToken)
            : null;
        return (response.StatusCode, answer, GraphDirectorySetup.RetryAfterOrNull(response) is { } wait ? (int)Math.Ceiling(wait.TotalSeconds) : null);
    }

    private DirectoryUnavailableException Unavailable(string tenantId, HttpStatusCode status, int? retryAfter)
    {
        LogRefused(logger, tenantId, (int)status);
        return new DirectoryUnavailableException($"Microsoft Graph cannot be asked for groups: it answers {(int)status}.") { RetryAfterSeconds = Math.Clamp(retryAfter ?? 5, 1, 3600) };
    }

    [LoggerMessage(2111, LogLevel.Error, "Microsoft Graph answers {Status} for tenant {TenantId}. For 401 and 403 check the application's consent and permissions there.")]
    private static partial void LogRefused(ILogger logger, string tenantId, int status);
}
