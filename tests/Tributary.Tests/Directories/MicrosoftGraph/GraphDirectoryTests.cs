using Tributary.Tests.Hosting;

namespace Tributary.Tests.Directories.MicrosoftGraph;

/// <summary>What is answered when the upstream says this or that, or nothing.</summary>
public sealed class GraphDirectoryTests : IAsyncLifetime
{
    private const string Group = ScriptedGraph.Granted;
    private const string Other = "2f6b1c5e-0a47-4d0e-9a51-6f5d1f3b7a02";
    private const string Unusable = "Microsoft Graph's answer about groups cannot be used.";

    private ScriptedGraph _graph = null!;

    public async ValueTask InitializeAsync() => _graph = await ScriptedGraph.StartAsync();

    public ValueTask DisposeAsync() => _graph.DisposeAsync();

    [Fact]
    public async Task The_groups_that_Graph_tells_decide_page_by_page_what_is_found()
    {
        _graph.GroupPages = [[Other], [Group.ToUpperInvariant()], []];
        await using TestServer server = await _graph.ServeWithSecretItemAsync();

        Assert.Equal(["secret"], (await server.SearchAsync("*")).HitIds);
        Assert.Contains(_graph.Calls, call => call.Contains("/transitiveMemberOf/microsoft.graph.group?$select=id&$top=999", StringComparison.Ordinal));
        Assert.Single(_graph.TokenForms);
        Assert.Equal(_graph.Url + "/.default", _graph.TokenForms.Single()["scope"]);
        Assert.StartsWith($"/{TestServer.Tenant}/oauth2", _graph.Calls.First(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_in_no_such_group_finds_nothing_whatever_the_token_says()
    {
        _graph.GroupPages = [[Other]];
        await using TestServer server = await _graph.ServeWithSecretItemAsync();

        Assert.Empty((await server.SearchAsync("*")).HitIds);
    }

    [Fact]
    public async Task A_user_whom_Graph_does_not_know_is_granted_nothing_by_a_group_and_denied_by_each()
    {
        _graph.GroupPages = [[Group]];
        _graph.Before = context => ScriptedGraph.AnswerUsersAsync(context, 404, """{ "error": { "code": "Request_ResourceNotFound" } }""");
        await using TestServer server = await _graph.ServeWithSecretItemAsync();

        (await server.PutAsync("/v1.0/external/connections/contosohr/items/denied", $$"""
            { "acl": [ { "type": "everyone", "value": "everyone", "accessType": "grant" }, { "type": "group", "value": "{{Group}}", "accessType": "deny" } ], "properties": { "title": "x" } }
            """)).ShouldBe(200);
        Assert.Empty((await server.SearchAsync("*")).ShouldBe(200).HitIds);
    }

    [Theory]
    [InlineData("\"accountEnabled\": false", 401)]
    [InlineData("\"userType\": \"Member\"", 401)]
    [InlineData("\"accountEnabled\": true, \"userType\": \"Guest\"", 403)]
    [InlineData("\"accountEnabled\": true", 200)]
    public async Task A_disabled_account_is_not_let_in_and_a_guest_is_one_even_if_the_token_says_otherwise(string members, int status)
    {
        _graph.UserMembers = members;
        await using TestServer server = await _graph.ServeWithSecretItemAsync();

        (await server.SearchAsync("*")).ShouldBe(status);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task What_passes_is_tried_again(int status)
    {
        _graph.GroupPages = [[Group]];
        int failures = 2;
        _graph.Before = async context =>
        {
            if (ScriptedGraph.IsUser(context) && Interlocked.Decrement(ref failures) >= 0)
            {
                await ScriptedGraph.WriteAsync(context, status, "{}", retryAfter: "0");
                return true;
            }

            return false;
        };
        await using TestServer server = await _graph.ServeWithSecretItemAsync();

        Assert.Equal(["secret"], (await server.SearchAsync("*")).HitIds);
        Assert.Equal(3, _graph.UserCalls);
    }

    [Theory]
    [InlineData(429, "5", "5", 3)]
    [InlineData(429, "6", "6", 1)]
    [InlineData(503, "120", "120", 1)]
    [InlineData(503, "99999999", "3600", 1)]
    [InlineData(403, null, "5", 1)]
    [InlineData(500, null, "5", 1)]
    public async Task What_does_not_pass_is_503_and_a_long_wait_is_handed_on_to_the_client(int status, string? retryAfter, string told, int calls)
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow) { AutoAdvanceAmount = TimeSpan.Zero };
        _graph.Before = context => ScriptedGraph.AnswerUsersAsync(context, status, "{}", retryAfter);
        await using TestServer server = await _graph.ServeWithSecretItemAsync(time);

        Task<Answer> asking = server.SearchAsync("*");
        while (!asking.IsCompleted)
        {
            // The waits between the attempts are by this clock.
            time.Advance(TimeSpan.FromMilliseconds(200));
            await Task.WhenAny(asking, Task.Delay(5));
        }

        Answer answer = (await asking).ShouldBe(503, "ServiceUnavailable");
        Assert.Equal(told, answer.Headers.GetValues("Retry-After").Single());
        Assert.Equal(calls, _graph.UserCalls);
        Assert.DoesNotContain(_graph.Url, answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ broken")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{ "id": "no guid", "userPrincipalName": "a@b" }""")]
    [InlineData("""{ "id": "2f6b1c5e-0a47-4d0e-9a51-6f5d1f3b7a09", "userPrincipalName": "another@contoso.test", "accountEnabled": true }""")]
    [InlineData("<html>captive portal</html>")]
    public async Task An_answer_that_is_none_is_503(string body)
    {
        _graph.GroupPages = [[Group]];
        _graph.Before = context => ScriptedGraph.AnswerUsersAsync(context, 200, body);
        await using TestServer server = await _graph.ServeWithSecretItemAsync();

        (await server.SearchAsync("*")).ShouldBe(503, "ServiceUnavailable");
    }

    [Theory]
    [InlineData("""{ }""")]
    [InlineData("""{ "value": 5 }""")]
    [InlineData("""{ "value": [ { "id": "no guid" } ] }""")]
    [InlineData("""{ "value": [ { } ] }""")]
    [InlineData("""{ "value": [], "@odata.nextLink": "https://graph.example.org/v1.0/users?$skiptoken=1" }""")]
    [InlineData("""{ "value": [], "@odata.nextLink": "{url}/v1.0@example.org/users" }""")]
    [InlineData("""{ "value": [], "@odata.nextLink": "{url}/other/v1.0/users" }""")]
    [InlineData("""{ "value": [], "@odata.nextLink": "/v1.0/users?$skiptoken=1" }""")]
    [InlineData("""{ "value": [], "@odata.nextLink": "http://127.0.0.1:1/v1.0/users?$skiptoken=1" }""")]
    public async Task A_list_of_groups_that_cannot_be_read_to_its_end_is_503_and_no_link_elsewhere_is_followed(string body)
    {
        _graph.Before = async context =>
        {
            if (context.Request.Path.Value!.Contains("MemberOf", StringComparison.Ordinal))
            {
                await ScriptedGraph.WriteAsync(context, 200, body.Replace("{url}", _graph.Url, StringComparison.Ordinal));
                return true;
            }

            return false;
        };
        await using TestServer server = await _graph.ServeWithSecretItemAsync();

        Assert.Equal(Unusable, (await server.SearchAsync("*")).ShouldBe(503, "ServiceUnavailable").Reason);
        Assert.DoesNotContain(_graph.Calls, call => call.Contains("skiptoken", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(3, 200)]
    [InlineData(4, 503)]
    public async Task A_user_in_more_groups_than_the_limit_is_not_answered_by_some_of_them(int groups, int status)
    {
        _graph.GroupPages = [.. Enumerable.Range(0, groups).Select(i => new[] { $"9a9a0000-0000-4000-8000-{i:d12}" })];
        await using TestServer server = await _graph.ServeWithSecretItemAsync(null, "Directory:Graph:MaxGroups=3");

        (await server.SearchAsync("*")).ShouldBe(status);
    }

    [Fact]
    public async Task Pages_without_end_come_to_one()
    {
        _graph.Before = async context =>
        {
            if (context.Request.Path.Value!.Contains("MemberOf", StringComparison.Ordinal))
            {
                await ScriptedGraph.WriteAsync(context, 200, $$"""{ "value": [], "@odata.nextLink": "{{_graph.Url}}{{context.Request.Path}}?$skiptoken=1" }""");
                return true;
            }

            return false;
        };
        await using TestServer server = await _graph.ServeWithSecretItemAsync(null, "Directory:Graph:MaxGroups=3");

        (await server.SearchAsync("*")).ShouldBe(503);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using ScriptedGraph elsewhere = await ScriptedGraph.StartAsync();
        _graph.Before = context =>
        {
            if (ScriptedGraph.IsUser(context))
            {
                context.Response.Redirect(elsewhere.Url + context.Request.Path);
                return Task.FromResult(true);
            }

            return Task.FromResult(false);
        };
        await using TestServer server = await _graph.ServeWithSecretItemAsync();

        (await server.SearchAsync("*")).ShouldBe(503);
        Assert.Empty(elsewhere.Calls);
    }

    [Fact]
    public async Task A_slow_source_is_given_up_attempt_by_attempt()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow);
        _graph.Before = async context =>
        {
            if (ScriptedGraph.IsUser(context))
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            }

            return false;
        };
        await using TestServer server = await _graph.ServeWithSecretItemAsync(time, "Directory:Graph:Timeout=00:00:02");

        Task<Answer> asking = server.SearchAsync("*");
        while (!asking.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(200));
            await Task.WhenAny(asking, Task.Delay(5));
        }

        (await asking).ShouldBe(503, "ServiceUnavailable");
        Assert.Equal(3, _graph.UserCalls);
    }

    [Fact]
    public async Task A_filter_that_the_source_does_not_take_is_refused_and_not_answered_otherwise()
    {
        _graph.Before = async context =>
        {
            if (context.Request.QueryString.Value!.Contains("filter", StringComparison.Ordinal))
            {
                await ScriptedGraph.WriteAsync(context, 400, "{}");
                return true;
            }

            return false;
        };
        await using TestServer server = await _graph.ServeWithSecretItemAsync();

        Assert.Equal(
            "$filter: Microsoft Graph does not take this question.",
            (await server.GetAsync("/v1.0/users?$filter=endswith(displayName,'a')", await server.UserTokenAsync("reader"))).ShouldBe(400, "BadRequest").Reason);
    }

    [Fact]
    public async Task A_source_that_only_fails_is_left_alone_for_a_while()
    {
        _graph.Before = async context =>
        {
            if (!context.Request.Path.Value!.EndsWith("/token", StringComparison.Ordinal))
            {
                await ScriptedGraph.WriteAsync(context, 503, "{}", retryAfter: "0");
                return true;
            }

            return false;
        };
        await using TestServer server = await _graph.ServeWithSecretItemAsync(null, "Directory:Graph:MaxStaleness=00:00:00");

        Answer answer = await Eventually.HoldsAsync(() => server.SearchAsync("*"), one => one.Reason!.Contains("left alone", StringComparison.Ordinal));
        int calls = _graph.Calls.Count;
        (await server.SearchAsync("*")).ShouldBe(503);

        Assert.InRange(answer.ShouldBe(503).Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 10);
        Assert.Equal(calls, _graph.Calls.Count);
    }
}
