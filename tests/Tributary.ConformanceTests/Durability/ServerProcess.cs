using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Tributary.Auth.DevIssuer;
using Tributary.Directories.Seed;

namespace Tributary.ConformanceTests.Durability;

/// <summary>The built server as a real child process on a free port, asked over real HTTP. Disposing kills it if it still runs.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    public const int Interrupt = 2;
    public const int Terminate = 15;

    /// <summary>Generous, as other tests share the machine; only reached when something is wrong.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const string ReaderName = "reader@tributary.local";
    private const string Listening = " on http://";

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource<Uri> _url = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _appToken;
    private string? _readerToken;

    private ServerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Without a token; set once it listens.</summary>
    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };

    public Uri Url => Http.BaseAddress!;

    /// <summary>The object id of the seeded reader.</summary>
    public static string ReaderId { get; } = SeedDirectory.OfDevelopment(DevDefaults.TenantId).FindUserOrNull(ReaderName)!.Entry.Id;

    /// <summary>The child's id; of the tracer when it runs under one.</summary>
    public int Id => _process.Id;

    /// <summary>The memory that it occupies now.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Everything it printed so far.</summary>
    public string Printed => string.Join('\n', _lines);

    public static string Dotnet => Path.GetFullPath(Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    public static string Dll => Path.Combine(AppContext.BaseDirectory, "tributary.dll");

    /// <summary>Starts a server on the data directory and waits until it listens.</summary>
    /// <param name="data">Its data directory.</param>
    /// <param name="options">Further words of the command line, such as <c>--Storage:Durable=false</c>.</param>
    public static async Task<ServerProcess> StartAsync(DataFolder data, params string[] options)
    {
        ServerProcess server = Launch(Command(["--data", data.Path, .. options]));
        await server.WaitUntilListeningAsync();
        return server;
    }

    /// <summary>Starts without waiting for anything.</summary>
    public static ServerProcess Launch(ProcessStartInfo command) => new(Process.Start(command)!);

    /// <summary>A command line of the server; on a port of its own choice unless the words name one.</summary>
    public static ProcessStartInfo Command(string[] words, params string[] before)
    {
        List<string> all = [.. before, Dotnet, Dll, .. words];
        if (!words.Contains("--urls"))
        {
            all.AddRange(["--urls", "http://127.0.0.1:0"]);
        }

        return Plain(all);
    }

    /// <summary>Runs one command to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] words) => await RunAsync(Plain([Dotnet, Dll, .. words]));

    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(ProcessStartInfo command, TimeSpan? within = null)
    {
        using Process process = Process.Start(command)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(within ?? Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"It did not end: {string.Join(' ', command.ArgumentList)}\n{await output}\n{await error}");
        }

        return (process.ExitCode, await output, await error);
    }

    public async Task WaitUntilListeningAsync()
    {
        Task exited = _process.WaitForExitAsync();
        Task first = await Task.WhenAny(_url.Task, exited, Task.Delay(Patience));
        if (first != _url.Task)
        {
            Assert.Fail($"The server {(first == exited ? "ended" : "does not listen")}:\n{Printed}");
        }

        Http.BaseAddress = await _url.Task;
    }

    /// <summary>SIGKILL: no handler, no flush, no farewell.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>Sends a signal to the server, or to another process below it.</summary>
    public void Signal(int signal, int? processId = null) => Assert.Equal(0, NativeMethods.Kill(processId ?? _process.Id, signal));

    /// <summary>Sends a signal and waits for the end; the exit code.</summary>
    public async Task<int> StopAsync(int signal = Terminate)
    {
        Signal(signal);
        return await WaitForExitAsync();
    }

    public async Task<int> WaitForExitAsync()
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"The server did not end:\n{Printed}");
        }

        return _process.ExitCode;
    }

    /// <summary>Sends as the default application; reads the whole answer.</summary>
    /// <param name="bearer">Who sends, if it is neither application nor reader.</param>
    public async Task<(int Status, JsonElement Json, Uri? Location)> SendAsync(HttpMethod method, string path, string? json = null, bool asReader = false, string? bearer = null)
    {
        string token = bearer ?? (asReader
            ? _readerToken ??= await TokenAsync($"grant_type=password&username={ReaderName}&password=any")
            : _appToken ??= await TokenAsync("grant_type=client_credentials&client_secret=any"));
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        using HttpResponseMessage response = await Http.SendAsync(request);
        byte[] body = await response.Content.ReadAsByteArrayAsync();
        return ((int)response.StatusCode, body.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(body), response.Headers.Location);
    }

    /// <summary>As <see cref="SendAsync"/>; fails on any other status.</summary>
    public async Task<JsonElement> ExpectAsync(int status, HttpMethod method, string path, string? json = null, bool asReader = false)
    {
        (int actual, JsonElement answer, _) = await SendAsync(method, path, json, asReader);
        Assert.True(actual == status, $"{method} {path}: expected {status}, got {actual}: {answer}\n{Printed}");
        return answer;
    }

    /// <summary>The total and the ids of a search in one connection by the seeded reader.</summary>
    public async Task<(int Total, string[] Ids)> SearchAsync(string connection, string query)
    {
        JsonElement answer = await ExpectAsync(200, HttpMethod.Post, "/v1.0/search/query", SearchBody(connection, query), asReader: true);
        return ReadHits(answer);
    }

    public static string SearchBody(string connection, string query) =>
        $$"""
        { "requests": [ { "entityTypes": ["externalItem"], "contentSources": ["/external/connections/{{connection}}"],
          "query": { "queryString": {{JsonSerializer.Serialize(query)}} }, "from": 0, "size": 500 } ] }
        """;

    public static (int Total, string[] Ids) ReadHits(JsonElement answer)
    {
        JsonElement container = answer.GetProperty("value")[0].GetProperty("hitsContainers")[0];
        string[] ids = container.TryGetProperty("hits", out JsonElement hits)
            ? [.. hits.EnumerateArray().Select(hit =>
                hit.GetProperty("resource").GetProperty("properties").GetProperty("substrateContentDomainId").GetString()!.Split(',')[1])]
            : [];
        return (container.GetProperty("total").GetInt32(), ids);
    }

    /// <summary>Of the built-in administrator of the tenant.</summary>
    public Task<string> AdministratorTokenAsync() => TokenAsync("grant_type=password&username=admin@tributary.local&password=any");

    public Task<string> ReaderTokenAsync() => TokenAsync($"grant_type=password&username={ReaderName}&password=any");

    public Task<string> AppTokenAsync() => TokenAsync("grant_type=client_credentials&client_secret=any");

    /// <summary>Creates a connection with the schema of <see cref="VersionedItem"/> and waits until it takes items.</summary>
    public async Task CreateReadyConnectionAsync(string id)
    {
        await ExpectAsync(201, HttpMethod.Post, "/v1.0/external/connections", $$"""{ "id": "{{id}}", "name": "Name of {{id}}" }""");
        (int status, JsonElement answer, Uri? operation) = await SendAsync(HttpMethod.Patch, $"/v1.0/external/connections/{id}/schema", VersionedItem.Schema(0));
        Assert.True(status == 202, $"{status}: {answer}");
        await WaitUntilCompletedAsync(operation!.PathAndQuery);
    }

    public async Task WaitUntilCompletedAsync(string operation)
    {
        using var patience = new CancellationTokenSource(Patience);
        while ((await ExpectAsync(200, HttpMethod.Get, operation)).GetProperty("status").GetString() != "completed")
        {
            await Task.Delay(20, patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private async Task<string> TokenAsync(string form)
    {
        using var content = new StringContent(
            $"{form}&client_id={DevDefaults.AppId}&scope=https://graph.microsoft.com/.default", Encoding.UTF8, "application/x-www-form-urlencoded");
        using HttpResponseMessage response = await Http.PostAsync($"/{DevDefaults.TenantId}/oauth2/v2.0/token", content);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }

    private static ProcessStartInfo Plain(List<string> words) => new(words[0], words.Skip(1))
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = Path.GetTempPath(),
    };

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        _lines.Enqueue(line);
        int at = line.IndexOf(Listening, StringComparison.Ordinal);
        if (at >= 0)
        {
            _url.TrySetResult(new Uri(line[(at + Listening.Length - "http://".Length)..].Trim()));
        }
    }

    private static class NativeMethods
    {
        [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Kill(int processId, int signal);
    }
}
