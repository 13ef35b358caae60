using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using CsCheck;
using Tributary.Auth.DevIssuer;

namespace Tributary.ConformanceTests.Fuzz;

/// <summary>
/// Sends one sequence of random requests, in a tenant that nobody else writes to, and judges every answer. The sequence is decided by the seed alone.
/// </summary>
internal sealed class FuzzWorker(HttpClient http, Gen<WireRequest> requests, ulong seed, ConcurrentQueue<string> failures)
{
    /// <summary>Of the writes, those around which the state is read: enough to catch a rule that is broken often, few enough to stay fast.</summary>
    private const int WritesPerLook = 16;

    private readonly PCG _chance = new(1, seed);
    private readonly string _tenant = Guid.NewGuid().ToString();
    private string _appToken = string.Empty;
    private string _readerToken = string.Empty;
    private string? _state;

    public long Sent { get; private set; }

    public SortedDictionary<int, long> Statuses { get; } = [];

    public async Task SignInAsync()
    {
        _appToken = await TokenAsync("grant_type=client_credentials&client_secret=any");
        _readerToken = await TokenAsync("grant_type=password&username=reader@tributary.local&password=any");
    }

    public async Task RunAsync(Func<long, bool> goesOn)
    {
        while (goesOn(Sent) && failures.Count < 10)
        {
            WireRequest request = requests.Generate(_chance, null, out _);
            bool looks = request.IsWrite && _chance.Next(WritesPerLook) == 0;
            string? before = looks ? _state ??= await StateAsync() : null;
            try
            {
                (int status, string? problem, Uri? location) = await SendAsync(request);
                if (problem is not null)
                {
                    failures.Enqueue($"{problem}\n{request}\nseed {seed}, request {Sent}");
                }

                if (status < 300 && request.IsWrite)
                {
                    _state = null;
                    await SettleAsync(request, status, location);
                }
                else if (before is not null && status >= 400 && await StateAsync() is { } after && after != before)
                {
                    failures.Enqueue($"Refused with {status}, yet something changed.\nBefore: {before}\nAfter: {after}\n{request}");
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
            {
                failures.Enqueue($"No answer: {exception}\n{request}\nseed {seed}, request {Sent}");
            }
        }
    }

    private async Task<(int Status, string? Problem, Uri? Location)> SendAsync(WireRequest request)
    {
        Sent++;
        using HttpRequestMessage message = request.ToMessage(http.BaseAddress!);
        request.Sign(message, _appToken, _readerToken);
        using HttpResponseMessage response = await http.SendAsync(message);
        int status = (int)response.StatusCode;
        Statuses[status] = Statuses.GetValueOrDefault(status) + 1;
        return (status, await FindProblemOrNullAsync(request, response, status), response.Headers.Location);
    }

    private static async Task<string?> FindProblemOrNullAsync(WireRequest request, HttpResponseMessage response, int status)
    {
        byte[] body = response.Content.Headers.ContentEncoding.Count > 0 ? [] : await response.Content.ReadAsByteArrayAsync();
        if (status >= 500 && status != 501)
        {
            return $"Answered {status}: {Encoding.UTF8.GetString(body)}";
        }

        // Without it the answer is the web server's own, to what is no HTTP request.
        bool isOurs = response.Headers.Contains("request-id");
        if (status < 400 || !isOurs || request.Method == "HEAD" || response.Content.Headers.ContentEncoding.Count > 0)
        {
            return null;
        }

        try
        {
            JsonElement error = JsonSerializer.Deserialize<JsonElement>(body).GetProperty("error");
            return error.GetProperty("code").GetString() is { Length: > 0 } && error.TryGetProperty("innerError", out _) ? null : $"{status} without code or innerError: {error}";
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return $"{status} without Graph's error: {Encoding.UTF8.GetString(body)}";
        }
    }

    /// <summary>What was accepted is let to end, so that it cannot be taken for the effect of a later request.</summary>
    private async Task SettleAsync(WireRequest request, int status, Uri? location)
    {
        if (status == 202 && location is not null)
        {
            while (await GetAsync(location.PathAndQuery) is { } operation && operation.Contains("inprogress", StringComparison.Ordinal))
            {
                await Task.Yield();
            }
        }
        else if (status == 202)
        {
            string connection = "/" + request.Path.Split('?')[0].TrimStart('/');
            while (await GetAsync(connection) is not null)
            {
                await Task.Yield();
            }
        }
    }

    /// <summary>Everything of the tenant that a request is likely to hit.</summary>
    private async Task<string> StateAsync()
    {
        var state = new StringBuilder(await GetAsync("/beta/external/connections"));
        foreach (string connection in JsonGen.ConnectionIds)
        {
            string root = $"/beta/external/connections/{connection}";
            if (await GetAsync(root) is null)
            {
                continue;
            }

            state.AppendLine(await GetAsync($"{root}/schema"));
            foreach (string path in (string[])[.. JsonGen.ItemIds.Select(id => $"items/{id}"), .. JsonGen.GroupIds.Select(id => $"groups/{id}")])
            {
                state.AppendLine(await GetAsync($"{root}/{path}"));
            }
        }

        return state.ToString();
    }

    private async Task<string?> GetAsync(string path)
    {
        Sent++;
        using var message = new HttpRequestMessage(HttpMethod.Get, path);
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _appToken);
        using HttpResponseMessage response = await http.SendAsync(message);
        return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync() : null;
    }

    private async Task<string> TokenAsync(string form)
    {
        using var content = new StringContent(
            $"{form}&client_id={DevDefaults.AppId}&scope=https://graph.microsoft.com/.default", Encoding.UTF8, "application/x-www-form-urlencoded");
        using HttpResponseMessage response = await http.PostAsync($"/{_tenant}/oauth2/v2.0/token", content);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }
}
