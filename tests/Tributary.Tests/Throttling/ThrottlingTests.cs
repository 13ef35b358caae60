using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Tributary.Auth;
using Tributary.Telemetry;
using Tributary.Tests.Batch;
using Tributary.Tests.Hosting;
using Tributary.Throttling;

namespace Tributary.Tests.Throttling;

/// <summary>The limits over HTTP, by a clock that only the test moves: everything happens at the same instant unless it says otherwise.</summary>
public sealed class ThrottlingTests : IAsyncDisposable
{
    private const string OtherApp = "0a6e1b8c-6f3d-4e39-9a55-2f0d3c1b7e11";
    private const string OtherTenant = "12345678-1234-4234-8234-123456789abc";
    private const string Contoso = "/v1.0/external/connections/contosohr";
    private const string Other = "/v1.0/external/connections/other123";
    private const string Item = """{ "acl": [ { "type": "everyone", "value": "everyone", "accessType": "grant" } ], "properties": { "title": "t" } }""";

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private TestServer _server = null!;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task An_answer_is_429_with_the_documented_body_and_headers()
    {
        await StartAsync("ItemWritesPerSecond=1");
        (await PutAsync()).ShouldBe(200);

        Answer answer = await _server.SendAsync(HttpMethod.Put, Contoso + "/items/T1", Item, null, ("client-request-id", "0a1b2c3d-0000-4000-8000-00000000e440"));

        answer.ShouldBe(429, "TooManyRequests");
        JsonElement error = answer.Json.GetProperty("error");
        JsonElement inner = error.GetProperty("innerError");
        Assert.Equal("Please retry again later.", error.GetProperty("message").GetString());
        Assert.Equal(("429", "429"), (inner.GetProperty("code").GetString(), inner.GetProperty("status").GetString()));
        Assert.Equal("Please retry after 1 s: 1 items a second in a connection is the limit (Throttling:ItemWritesPerSecond).", inner.GetProperty("message").GetString());
        Assert.Equal(_time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture), inner.GetProperty("date").GetString());
        Assert.Equal("0a1b2c3d-0000-4000-8000-00000000e440", inner.GetProperty("client-request-id").GetString());
        Assert.Equal("1", answer.Headers.GetValues("Retry-After").Single());
        Assert.True(answer.Headers.CacheControl!.Private);
        Assert.Equal("application/json", answer.ContentHeaders.ContentType!.ToString());
        Assert.Equal($"Tenant/Write/{TestServer.App}/contosohr", answer.Headers.GetValues("x-ms-throttle-scope").Single());
        Assert.Equal("WriteLimitExceeded", answer.Headers.GetValues("x-ms-throttle-information").Single());
        Assert.NotEmpty(answer.Headers.GetValues("request-id").Single());
    }

    [Fact]
    public async Task Items_of_a_connection_are_counted_together_whoever_writes_them_and_nothing_else_is()
    {
        await StartAsync("ItemWritesPerSecond=3");
        (await _server.PatchAsync(Contoso, $$"""{ "configuration": { "authorizedAppIds": ["{{TestServer.App}}", "{{OtherApp}}"] } }""")).ShouldBe(204);

        foreach (int i in Enumerable.Range(0, 3))
        {
            (await PutAsync($"i{i}")).ShouldBe(200);
        }

        (await PutAsync("i3")).ShouldBe(429);
        (await _server.PatchAsync(Contoso + "/items/i1", "{}")).ShouldBe(429);
        (await _server.PutAsync(Contoso + "/items/i4", Item, await _server.AppTokenAsync(OtherApp))).ShouldBe(429);
        (await _server.PutAsync("/beta/external/connections/contosohr/items/i4", Item)).ShouldBe(429);
        (await _server.PutAsync(Other + "/items/i1", Item)).ShouldBe(200);
        (await _server.PutAsync(Contoso + "/items/i1", Item, await _server.AppTokenAsync(tenant: OtherTenant))).ShouldBe(404);
        (await _server.GetAsync(Contoso + "/items/i1")).ShouldBe(200);
        (await _server.DeleteAsync(Contoso + "/items/i1")).ShouldBe(204);
        (await _server.GetAsync(Contoso)).ShouldBe(200);

        _time.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        (await PutAsync("i3")).ShouldBe(429);
        _time.Advance(TimeSpan.FromTicks(1));
        (await PutAsync("i3")).ShouldBe(200);
    }

    [Fact]
    public async Task Reading_items_is_counted_for_an_application_on_a_connection()
    {
        await StartAsync("ItemReadsPerSecond=2");
        (await PutAsync()).ShouldBe(200);

        (await _server.GetAsync(Contoso + "/items/T1")).ShouldBe(200);
        (await _server.GetAsync(Contoso + "/items/T2")).ShouldBe(404);
        Answer third = await _server.GetAsync(Contoso + "/items/T1");

        third.ShouldBe(429);
        Assert.Equal($"Tenant_Application/Read/{TestServer.App}/contosohr", third.Headers.GetValues("x-ms-throttle-scope").Single());
        (await _server.GetAsync(Contoso + "/items/T1", await _server.AppTokenAsync(OtherApp))).ShouldBe(404);
        (await _server.GetAsync(Other + "/items/T1")).ShouldBe(404);
        (await PutAsync()).ShouldBe(200);
        _time.Advance(TimeSpan.FromSeconds(1));
        (await _server.GetAsync(Contoso + "/items/T1")).ShouldBe(200);
    }

    [Fact]
    public async Task Calls_to_groups_are_counted_for_a_tenant_over_its_connections()
    {
        await StartAsync("GroupCallsPerSecond=4");

        (await _server.PostAsync(Contoso + "/groups", """{ "id": "g" }""")).ShouldBe(201);
        (await _server.GetAsync(Contoso + "/groups/g")).ShouldBe(200);
        (await _server.PostAsync(Contoso + "/groups/g/members", """{ "id": "x", "type": "externalGroup" }""")).ShouldBe(201);
        (await _server.GetAsync(Other + "/groups/g")).ShouldBe(404);
        (await _server.DeleteAsync(Contoso + "/groups/g/members/x")).ShouldBe(429);
        (await _server.PatchAsync(Other + "/groups/g", "{}", await _server.AppTokenAsync(OtherApp))).ShouldBe(429);
        (await _server.GetAsync(Contoso + "/groups/g", await _server.AppTokenAsync(tenant: OtherTenant))).ShouldBe(404);
        (await PutAsync()).ShouldBe(200);
        _time.Advance(TimeSpan.FromSeconds(1));
        (await _server.DeleteAsync(Contoso + "/groups/g/members/x")).ShouldBe(204);
    }

    [Fact]
    public async Task Retrievals_are_counted_for_a_user_by_the_hour()
    {
        await StartAsync("RetrievalsPerHour=2");
        string reader = await _server.UserTokenAsync("reader");

        int[] statuses = [(await RetrieveAsync(reader)).Status, (await RetrieveAsync(reader)).Status];
        Answer third = await RetrieveAsync(reader);

        Assert.DoesNotContain(429, statuses);
        third.ShouldBe(429);
        Assert.Equal("3600", third.Headers.GetValues("Retry-After").Single());
        Assert.NotEqual(429, (await RetrieveAsync(await _server.UserTokenAsync("admin"))).Status);
        (await _server.SearchAsync("x")).ShouldBe(200);

        _time.Advance(TimeSpan.FromMinutes(59.5));
        Answer late = await RetrieveAsync(await _server.UserTokenAsync("reader"));
        Assert.Equal((429, "30"), (late.Status, late.Headers.GetValues("Retry-After").Single()));

        Task<Answer> RetrieveAsync(string token) => _server.PostAsync("/beta/copilot/retrieval", "{}", token);
    }

    [Fact]
    public async Task An_application_is_counted_over_all_tenants_and_a_refusal_tells_the_true_wait_rounded_up()
    {
        await StartAsync("AppCallsPerTenSeconds=6");
        await SpendAsync(1);
        _time.Advance(TimeSpan.FromSeconds(4));
        (await _server.GetAsync("/v1.0/external/connections", await _server.AppTokenAsync(tenant: OtherTenant))).ShouldBe(200);

        Answer refused = await _server.GetAsync(Contoso);
        Assert.Equal((429, "6"), (refused.Status, refused.Headers.GetValues("Retry-After").Single()));
        Assert.Equal($"Application/ReadWrite/{TestServer.App}/contosohr", refused.Headers.GetValues("x-ms-throttle-scope").Single());
        Assert.Equal("ResourceUnitLimitExceeded", refused.Headers.GetValues("x-ms-throttle-information").Single());
        (await _server.GetAsync("/v1.0/external/connections", await _server.AppTokenAsync(OtherApp))).ShouldBe(200);

        _time.Advance(TimeSpan.FromSeconds(1.5));
        refused = await _server.GetAsync(Contoso, await _server.AppTokenAsync(tenant: OtherTenant));
        Assert.Equal((429, "5"), (refused.Status, refused.Headers.GetValues("Retry-After").Single()));
        _time.Advance(TimeSpan.FromSeconds(5));
        (await _server.GetAsync(Contoso)).ShouldBe(200);
    }

    [Fact]
    public async Task A_tenant_is_counted_over_all_its_applications()
    {
        await StartAsync("TenantCallsPerTenSeconds=6");
        await SpendAsync(1);
        (await _server.GetAsync("/v1.0/external/connections", await _server.AppTokenAsync(OtherApp))).ShouldBe(200);

        (await _server.GetAsync(Contoso)).ShouldBe(429);
        (await _server.GetAsync("/v1.0/external/connections", await _server.AppTokenAsync(OtherApp))).ShouldBe(429);
        (await _server.SearchAsync("x")).ShouldBe(429);
        (await _server.GetAsync("/v1.0/external/connections", await _server.AppTokenAsync(tenant: OtherTenant))).ShouldBe(200);
        _time.Advance(TimeSpan.FromSeconds(10));
        (await _server.GetAsync(Contoso)).ShouldBe(200);
    }

    [Fact]
    public async Task Of_several_limits_the_longest_wait_is_told_and_what_is_refused_counts_nowhere()
    {
        await StartAsync("ItemWritesPerSecond=1", "TenantCallsPerTenSeconds=8");
        (await PutAsync()).ShouldBe(200);
        foreach (int _ in Enumerable.Range(0, 5))
        {
            Assert.Equal("1", (await PutAsync()).ShouldBe(429).Headers.GetValues("Retry-After").Single());
        }

        // Four were spent on the two connections, one on the item, and none on what was refused.
        await SpendAsync(3);
        Answer both = await PutAsync();
        Assert.Equal((429, "10"), (both.Status, both.Headers.GetValues("Retry-After").Single()));
        Assert.Contains("Throttling:TenantCallsPerTenSeconds", both.Reason, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromSeconds(10));
        (await PutAsync()).ShouldBe(200);
    }

    [Fact]
    public async Task Calls_that_run_at_the_same_time_are_counted_for_an_application_on_a_connection_until_they_end()
    {
        await StartAsync("ConcurrentCalls=2");
        (BlockedBody firstBody, Task<Answer> first) = await BeginPutAsync("a");
        (await _server.GetAsync(Contoso)).ShouldBe(200);
        (BlockedBody secondBody, Task<Answer> second) = await BeginPutAsync("b");

        Answer refused = await RefusedAsync(Contoso);

        Assert.Equal("10", refused.Headers.GetValues("Retry-After").Single());
        Assert.Equal($"Tenant_Application/ReadWrite/{TestServer.App}/contosohr", refused.Headers.GetValues("x-ms-throttle-scope").Single());
        (await _server.GetAsync(Other)).ShouldBe(200);
        (await _server.GetAsync("/v1.0/external/connections")).ShouldBe(200);
        (await _server.GetAsync(Contoso, await _server.AppTokenAsync(OtherApp))).ShouldBe(404);

        firstBody.SendTheRest();
        (await first).ShouldBe(200);
        (await _server.GetAsync(Contoso)).ShouldBe(200);
        secondBody.SendTheRest();
        (await second).ShouldBe(200);
    }

    [Fact]
    public async Task An_application_that_may_not_know_of_a_connection_uses_up_nothing_of_its_writers()
    {
        await StartAsync("ItemWritesPerSecond=2");
        string stranger = await _server.AppTokenAsync(OtherApp);

        foreach (int expected in new[] { 404, 404, 429 })
        {
            (await _server.PutAsync($"{Contoso}/items/x", Item, stranger)).ShouldBe(expected);
        }

        (await PutAsync()).ShouldBe(200);
        (await PutAsync()).ShouldBe(200);
        (await PutAsync()).ShouldBe(429);
    }

    [Fact]
    public async Task Texts_that_can_be_no_connection_id_are_counted_together()
    {
        await StartAsync("ItemReadsPerSecond=2");

        (await _server.GetAsync($"/v1.0/external/connections/{new string('a', 33)}/items/x")).ShouldBe(404);
        (await _server.GetAsync("/v1.0/external/connections/a/items/x")).ShouldBe(404);
        (await _server.GetAsync($"/v1.0/external/connections/{new string('b', 7000)}/items/x")).ShouldBe(429);
        (await _server.GetAsync($"{Contoso}/items/x")).ShouldBe(404);
    }

    [Fact]
    public async Task Who_waits_for_each_answer_never_meets_the_limit()
    {
        await StartAsync("ConcurrentCalls=3");

        await Task.WhenAll(Enumerable.Range(0, 3).Select(async worker =>
        {
            foreach (int i in Enumerable.Range(0, 100))
            {
                (await PutAsync($"w{worker}i{i}")).ShouldBe(200);
            }
        }));
    }

    [Fact]
    public async Task A_call_whose_client_goes_away_gives_its_permit_back()
    {
        await StartAsync("ConcurrentCalls=1");
        using var gone = new CancellationTokenSource();
        (_, Task<Answer> blocked) = await BeginPutAsync("a", gone.Token);
        await RefusedAsync(Contoso);

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => blocked);
        await Eventually.HoldsAsync(() => _server.GetAsync(Contoso), answer => answer.Status == 200);
    }

    [Fact]
    public async Task Who_is_refused_is_refused_before_the_body_is_read()
    {
        await StartAsync("ItemWritesPerSecond=1");
        (await PutAsync()).ShouldBe(200);
        using var http = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = Timeout.InfiniteTimeSpan }) { BaseAddress = _server.Http.BaseAddress };

        // Long enough for the client to await leave for it: a short one it would send anyway.
        var body = new BlockedBody(Item.PadRight(5000));
        using var request = new HttpRequestMessage(HttpMethod.Put, Contoso + "/items/T1") { Content = body };
        request.Headers.ExpectContinue = true;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await _server.AppTokenAsync());

        using HttpResponseMessage response = await http.SendAsync(request);

        Assert.Equal(429, (int)response.StatusCode);
        Assert.False(body.HasBegun);
    }

    [Fact]
    public async Task Who_may_not_ask_is_told_so_and_counts_nowhere()
    {
        await StartAsync("TenantCallsPerTenSeconds=5");
        string reader = await _server.UserTokenAsync("reader");
        foreach (int _ in Enumerable.Range(0, 3))
        {
            (await _server.GetAsync(Contoso, reader)).ShouldBe(403);
            (await _server.GetAsync(Contoso, "no.token.atall")).ShouldBe(401);
        }

        (await _server.GetAsync(Contoso)).ShouldBe(200);
        (await _server.GetAsync(Contoso)).ShouldBe(429);
        (await _server.GetAsync(Contoso, reader)).ShouldBe(403);
        (await _server.GetAsync("/v1.0/nothing")).ShouldBe(400);
    }

    [Fact]
    public async Task What_is_not_Graphs_is_not_throttled()
    {
        await StartAsync("TenantCallsPerTenSeconds=4", "AppCallsPerTenSeconds=4");
        (await _server.GetAsync(Contoso)).ShouldBe(429);

        Assert.True((await _server.Http.GetAsync("/health/ready")).IsSuccessStatusCode);
        (await _server.GetAsync("/tributary/quirks", OperatorKey.Read(_server.Data))).ShouldBe(200);
        Assert.NotEmpty(await _server.AppTokenAsync("99999999-2222-4333-8444-555555555555"));
    }

    [Fact]
    public async Task A_batch_is_not_counted_as_its_parts_are()
    {
        await StartAsync("TenantCallsPerTenSeconds=4");
        (await _server.GetAsync(Contoso)).ShouldBe(429);

        Assert.NotEqual(429, (await _server.PostAsync("/v1.0/$batch", """{ "requests": [] }""")).Status);
    }

    [Fact]
    public async Task From_four_fifths_of_a_limit_on_an_answer_tells_how_much_is_in_use()
    {
        await StartAsync("ItemWritesPerSecond=25");
        string?[] told = [.. await Task.WhenAll(Enumerable.Range(0, 19).Select(async i => Used((await PutAsync($"i{i}")).ShouldBe(200))))];

        Assert.All(told, Assert.Null);
        Assert.Equal("0.8", Used((await PutAsync()).ShouldBe(200)));
        Assert.Equal("0.84", Used((await _server.PatchAsync(Contoso + "/items/T1", "{}")).ShouldBe(200)));
        Assert.Equal("0.88", Used((await _server.PutAsync(Contoso + "/items/T1", "[]")).ShouldBe(400)));
        Assert.Null(Used((await _server.GetAsync(Contoso)).ShouldBe(200)));
        Assert.Null(Used((await _server.PutAsync(Other + "/items/T1", Item)).ShouldBe(200)));
        Answer batch = await _server.BatchAsync($"{BatchServer.Put("1", "contosohr", "a")},{BatchServer.Get("2", "/external/connections")}");
        Assert.Equal(["0.92", null], batch.Responses().Select(part => part.Header("x-ms-throttle-limit-percentage")));
        Assert.Null(Used(batch));
        Assert.Equal("0.96", Used((await PutAsync()).ShouldBe(200)));
        Assert.Equal("1", Used((await PutAsync()).ShouldBe(200)));
        Assert.Equal("1", Used((await PutAsync()).ShouldBe(429)));

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(Used((await PutAsync()).ShouldBe(200)));
    }

    [Theory]
    [InlineData("ItemWritesPerSecond=5", "PUT", "/items/T1", 200)]
    [InlineData("ItemReadsPerSecond=5", "GET", "/items/T1", 404)]
    [InlineData("GroupCallsPerSecond=5", "GET", "/groups/g", 404)]
    [InlineData("TenantCallsPerTenSeconds=5", "GET", "", 200)]
    [InlineData("AppCallsPerTenSeconds=5", "GET", "", 200)]
    public async Task Each_limit_of_a_time_tells_its_own_use(string limit, string method, string path, int status)
    {
        await StartAsync(limit);
        _time.Advance(TimeSpan.FromSeconds(10));
        var told = new List<string?>();
        for (int i = 0; i < 6; i++)
        {
            told.Add(Used((await _server.SendAsync(new HttpMethod(method), Contoso + path, method == "PUT" ? Item : null)).ShouldBe(i < 5 ? status : 429)));
        }

        Assert.Equal([null, null, null, "0.8", "1", "1"], told);
    }

    [Fact]
    public async Task Of_retrievals_the_hour_tells_its_use()
    {
        await StartAsync("RetrievalsPerHour=2");
        string reader = await _server.UserTokenAsync("reader");

        Assert.Equal([null, "1", "1"], [await UsedAsync(), await UsedAsync(), await UsedAsync()]);

        async Task<string?> UsedAsync() => Used(await _server.PostAsync("/beta/copilot/retrieval", "{}", reader));
    }

    [Fact]
    public async Task Of_calls_at_the_same_time_those_that_run_are_in_use()
    {
        await StartAsync("ConcurrentCalls=2");
        Assert.Null(Used(await _server.GetAsync(Contoso)));
        (BlockedBody body, Task<Answer> first) = await BeginPutAsync("a");

        Assert.Equal("1", Used((await _server.GetAsync(Contoso)).ShouldBe(200)));
        Assert.Null(Used((await _server.GetAsync(Other)).ShouldBe(200)));

        body.SendTheRest();
        Assert.Null(Used((await first).ShouldBe(200)));
        Assert.Null(Used((await _server.GetAsync(Contoso)).ShouldBe(200)));
    }

    [Fact]
    public async Task Of_several_limits_the_one_that_is_nearest_is_told()
    {
        await StartAsync("ItemWritesPerSecond=10", "TenantCallsPerTenSeconds=6", "AppCallsPerTenSeconds=100");

        Assert.Equal("0.83", Used((await PutAsync()).ShouldBe(200)));
        Assert.Equal("1", Used((await PutAsync()).ShouldBe(200)));
    }

    [Fact]
    public async Task Without_a_limit_there_is_nothing_in_the_way()
    {
        await StartAsync();

        Assert.Empty(_server.Services.GetRequiredService<GraphThrottle>().Limits);
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 60).Select(i => PutAsync($"i{i}"))), answer => answer.ShouldBe(200));
    }

    [Fact]
    public async Task Each_limit_tells_what_it_counted_and_what_it_threw_back()
    {
        await StartAsync("ItemWritesPerSecond=2", "ConcurrentCalls=25");
        Meter meter = _server.Services.GetRequiredService<TributaryMeter>().Meter;
        var counted = new Dictionary<(string Limit, bool IsThrottled), long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, it) =>
        {
            if (instrument.Meter == meter && instrument.Name == "tributary.throttling.calls")
            {
                it.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            lock (counted)
            {
                (string, bool) key = ((string)tags[0].Value!, (bool)tags[1].Value!);
                counted[key] = counted.GetValueOrDefault(key) + value;
            }
        });
        listener.Start();

        await PutAsync();
        await PutAsync();
        (await PutAsync()).ShouldBe(429);

        Assert.Equal(
            [(("ConcurrentCalls", false), 2L), (("ItemWritesPerSecond", false), 2L), (("ItemWritesPerSecond", true), 1L)],
            counted.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value)));
    }

    /// <summary>Starts with the limits and two connections, which take four calls; those of a second are past.</summary>
    private async Task StartAsync(params string[] limits)
    {
        _server = await TestServer.StartAsync(_time, null, [.. limits.Select(limit => "Throttling:" + limit)]);
        await _server.CreateReadyConnectionAsync();
        await _server.CreateReadyConnectionAsync("other123");
    }

    private Task<Answer> PutAsync(string id = "T1") => _server.PutAsync($"{Contoso}/items/{id}", Item);

    /// <summary>Calls that no limit of a second counts.</summary>
    private async Task SpendAsync(int calls)
    {
        foreach (int _ in Enumerable.Range(0, calls))
        {
            (await _server.GetAsync("/v1.0/external/connections")).ShouldBe(200);
        }
    }

    /// <summary>A PUT that hangs in the middle of its body, with the server waiting for the rest.</summary>
    private async Task<(BlockedBody Body, Task<Answer> Answer)> BeginPutAsync(string id, CancellationToken cancellation = default)
    {
        Limit limit = _server.Services.GetRequiredService<GraphThrottle>().Limits.Single();
        var key = new LimitKey(TestServer.Tenant, TestServer.App, "contosohr");
        long before = limit.Limiters.GetStatistics(key)!.CurrentAvailablePermits;
        var body = new BlockedBody(Item);
        var request = new HttpRequestMessage(HttpMethod.Put, $"{Contoso}/items/{id}") { Content = body };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await _server.AppTokenAsync());
        Task<Answer> answer = ReadAsync();
        await Eventually.IsTrueAsync(() => Task.FromResult(limit.Limiters.GetStatistics(key)!.CurrentAvailablePermits == before - 1), "The call has begun");
        return (body, answer);

        async Task<Answer> ReadAsync()
        {
            using (request)
            {
                using HttpResponseMessage response = await _server.Http.SendAsync(request, cancellation);
                return await Answer.ReadAsync(response);
            }
        }
    }

    private static string? Used(Answer answer) =>
        answer.Headers.TryGetValues("x-ms-throttle-limit-percentage", out IEnumerable<string>? values) ? values.Single() : null;

    private async Task<Answer> RefusedAsync(string path) => (await _server.GetAsync(path)).ShouldBe(429, "TooManyRequests");
}
