using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Tributary.Connections;
using Tributary.Groups;
using Tributary.Items;
using Tributary.Storage;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Items;

/// <summary>addActivities, and activities sent along with an item (external-connectors 6.1 and 7).</summary>
public sealed class ActivityEndpointsTests : IAsyncLifetime
{
    private const string Connection = "/v1.0/external/connections/contosohr";
    private const string Item = Connection + "/items/T1";
    private const string Whole = "\"acl\":[{\"type\":\"everyone\",\"value\":\"everyone\",\"accessType\":\"grant\"}],\"properties\":{\"title\":\"t\"}";

    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private TestServer _server = null!;
    private string _reader = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync(new FakeTimeProvider(Now), null, "Items:MaxActivities=25");
        await _server.CreateReadyConnectionAsync();
        (await _server.PutAsync(Item, "{" + Whole + "}")).ShouldBe(200);
        _reader = TokenClaims.Of(await _server.UserTokenAsync("reader")).GetProperty("oid").GetString()!;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("v1.0", "addActivities")]
    [InlineData("beta", "addActivities")]
    [InlineData("v1.0", "microsoft.graph.externalConnectors.addActivities")]
    public async Task Activities_that_are_all_processed_are_200_with_a_result_for_each(string version, string action)
    {
        Answer answer = await _server.PostAsync(
            $"/{version}/external/connections/contosohr/items/T1/{action}",
            $$"""
            { "activities": [
              { "@odata.type": "#microsoft.graph.externalConnectors.externalActivity", "type": "viewed", "startDateTime": "2026-01-10T10:00:00.5+01:00",
                "performedBy": { "@odata.type": "#microsoft.graph.externalConnectors.identity", "type": "user", "id": "{{_reader}}" } },
              { "type": "Commented", "startDateTime": "2026-01-10", "performedBy": { "type": "externalGroup", "id": "nightshift" } },
              { "type": 2, "startDateTime": "2026-01-11T08:00:00Z", "performedBy": { "type": "group", "id": "9a9a0000-0000-0000-0000-000000000002" } } ] }
            """);

        const string Result = """{"@odata.type":"#microsoft.graph.externalConnectors.externalActivityResult","type":""";
        Assert.Equal(
            $$"""{"@odata.context":"{{_server.Http.BaseAddress}}{{version}}/$metadata#Collection(microsoft.graph.externalConnectors.externalActivityResult)","value":["""
            + Result + "\"viewed\",\"startDateTime\":\"2026-01-10T09:00:00.5Z\",\"error\":null},"
            + Result + "\"commented\",\"startDateTime\":\"2026-01-10T00:00:00Z\",\"error\":null},"
            + Result + "\"modified\",\"startDateTime\":\"2026-01-11T08:00:00Z\",\"error\":null}]}",
            answer.ShouldBe(200).Body);
        Assert.Equal(
            [
                new(ExternalActivityType.Viewed, new(2026, 1, 10, 9, 0, 0, 500, TimeSpan.Zero), new Identity(_reader, IdentityType.User)),
                new(ExternalActivityType.Commented, new(2026, 1, 10, 0, 0, 0, TimeSpan.Zero), new Identity("nightshift", IdentityType.ExternalGroup)),
                new(ExternalActivityType.Modified, new(2026, 1, 11, 8, 0, 0, TimeSpan.Zero), new Identity("9a9a0000-0000-0000-0000-000000000002", IdentityType.Group)),
            ],
            await StoredAsync());
    }

    [Fact]
    public async Task No_activities_are_200_without_results() =>
        Assert.Equal(0, (await PostAsync([])).ShouldBe(200).Json.GetProperty("value").GetArrayLength());

    [Fact]
    public async Task Twenty_are_taken_and_twenty_one_refused_whole()
    {
        (await PostAsync([.. Enumerable.Range(0, 20).Select(i => Viewed(Now.AddMinutes(-i)))])).ShouldBe(200);

        Answer refused = await PostAsync([.. Enumerable.Range(0, 21).Select(i => Viewed(Now.AddMinutes(-i)))]);

        Assert.Equal("TooManyActivities", refused.ShouldBe(400, "InvalidRequest").InnerCode);
        Assert.StartsWith("$.activities: There are 21 activities", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(20, (await StoredAsync()).Count);
    }

    [Fact]
    public async Task What_is_of_the_future_or_of_nobody_is_207_with_its_error_and_the_others_are_kept()
    {
        Answer answer = await PostAsync(
            Viewed(Now.AddMinutes(5)),
            Viewed(Now.AddMinutes(5).AddTicks(1)),
            Viewed(Now, "0b1d0000-0000-0000-0000-000000000001"),
            Viewed(Now, _reader.ToUpperInvariant()));

        string?[] errors = [.. answer.ShouldBe(207).Json.GetProperty("value").EnumerateArray().Select(result =>
            result.GetProperty("error") is { ValueKind: System.Text.Json.JsonValueKind.Object } error ? error.GetProperty("message").GetString() : null)];
        Assert.Equal([null, "The activity's startDateTime is in the future.", "There is no user '0b1d0000-0000-0000-0000-000000000001'.", null], errors);
        Assert.Equal([Now.AddMinutes(5), Now], (await StoredAsync()).Select(activity => activity.StartDateTime));
    }

    [Fact]
    public async Task None_processed_is_207_too_and_keeps_nothing()
    {
        (await PostAsync(Viewed(Now.AddDays(1)))).ShouldBe(207);

        Assert.Empty(await StoredAsync());
    }

    [Theory]
    [InlineData("{}", "InvalidActivity", "$.activities")]
    [InlineData("""{"activities":null}""", "InvalidActivity", "$.activities")]
    [InlineData("""{"activities":{}}""", "BadRequest", "$.activities")]
    [InlineData("""{"activities":[5]}""", "BadRequest", "$.activities[0]")]
    [InlineData("""{"activities":[],"more":1}""", "BadRequest", "$.more")]
    [InlineData("""{"activities":[{"startDateTime":"2026-01-10","performedBy":{"type":"externalGroup","id":"g"}}]}""", "InvalidActivity", "$.activities[0].type")]
    [InlineData("""{"activities":[{"type":"liked","startDateTime":"2026-01-10","performedBy":{"type":"externalGroup","id":"g"}}]}""", "DeserializationError", "$.activities[0].type")]
    [InlineData("""{"activities":[{"type":"viewed","performedBy":{"type":"externalGroup","id":"g"}}]}""", "InvalidActivity", "$.activities[0].startDateTime")]
    [InlineData("""{"activities":[{"type":"viewed","startDateTime":"yesterday","performedBy":{"type":"externalGroup","id":"g"}}]}""", "InvalidActivity", "$.activities[0].startDateTime")]
    [InlineData("""{"activities":[{"type":"viewed","startDateTime":"2026-01-10"}]}""", "InvalidActivity", "$.activities[0].performedBy")]
    [InlineData("""{"activities":[{"type":"viewed","startDateTime":"2026-01-10","performedBy":{"type":"user","id":"ada"}}]}""", "InvalidIdentity", "$.activities[0].performedBy.id")]
    [InlineData("""{"activities":[{"type":"viewed","startDateTime":"2026-01-10","performedBy":{"type":"externalGroup","id":"a b"}}]}""", "InvalidGroupId", "$.activities[0].performedBy.id")]
    [InlineData("""{"activities":[{"type":"viewed","startDateTime":"2026-01-10","performedBy":{"id":"g"}}]}""", "InvalidIdentity", "$.activities[0].performedBy.type")]
    [InlineData("""{"activities":[{"@odata.type":"#microsoft.graph.x","type":"viewed","startDateTime":"2026-01-10","performedBy":{"type":"externalGroup","id":"g"}}]}""", "DeserializationError", "$.activities[0].@odata.type")]
    public async Task A_malformed_call_is_refused_with_its_reason_and_keeps_nothing(string body, string innerCode, string path)
    {
        Answer answer = await _server.PostAsync(Item + "/addActivities", body);

        Assert.Equal(innerCode, answer.ShouldBe(400).InnerCode);
        Assert.StartsWith(path + ": ", answer.Reason, StringComparison.Ordinal);
        Assert.Empty(await StoredAsync());
    }

    [Fact]
    public async Task Only_an_application_may_add_them()
    {
        Answer delegated = await _server.PostAsync(Item + "/addActivities", Body(Viewed(Now)), await _server.UserTokenAsync("admin"));

        delegated.ShouldBe(403, "Authorization_RequestDenied");
        Assert.Contains("not supported with delegated permissions", delegated.Reason, StringComparison.Ordinal);
        Assert.Empty(await StoredAsync());
    }

    [Fact]
    public async Task Item_and_connection_must_be_there_and_ready()
    {
        (await _server.PostAsync("/v1.0/external/connections", """{ "id": "draft1", "name": "Draft" }""")).ShouldBe(201);

        Assert.Contains("'ExternalItem'", (await _server.PostAsync(Connection + "/items/T2/addActivities", Body(Viewed(Now)))).ShouldBe(404, "ItemNotFound").Reason, StringComparison.Ordinal);
        Assert.Contains("'Connection'", (await _server.PostAsync("/v1.0/external/connections/nobody1/items/T1/addActivities", Body(Viewed(Now)))).ShouldBe(404).Reason, StringComparison.Ordinal);
        Assert.Equal("ConnectionNotReady", (await _server.PostAsync("/v1.0/external/connections/draft1/items/T1/addActivities", Body(Viewed(Now)))).ShouldBe(400).InnerCode);
        (await _server.PostAsync(Connection + "/items/T2/addActivities", Body(Viewed(Now.AddDays(1))))).ShouldBe(404, "ItemNotFound");
    }

    [Fact]
    public async Task Activities_sent_along_with_an_item_are_appended_and_never_shown()
    {
        (await PostAsync(Viewed(Now.AddHours(-1)))).ShouldBe(200);

        Answer put = await _server.PutAsync(Item, "{" + Whole + ",\"activities\":[" + Viewed(Now) + "]}");
        (await _server.PatchAsync(Item, "{\"activities\":[" + Viewed(Now.AddHours(-2)) + "]}")).ShouldBe(200);
        (await _server.PutAsync(Item, "{" + Whole + "}")).ShouldBe(200);
        (await _server.PutAsync(Connection + "/items/T2", "{" + Whole + ",\"activities\":[" + Viewed(Now) + "]}")).ShouldBe(200);

        Assert.DoesNotContain("activities", put.ShouldBe(200).Body, StringComparison.Ordinal);
        Assert.DoesNotContain("activities", (await _server.GetAsync(Item)).ShouldBe(200).Body, StringComparison.Ordinal);
        Assert.Equal([Now.AddHours(-1), Now, Now.AddHours(-2)], (await StoredAsync()).Select(activity => activity.StartDateTime));
        Assert.Single(await StoredAsync("T2"));
    }

    [Fact]
    public async Task A_write_of_an_item_has_no_207_so_one_activity_that_cannot_be_processed_refuses_it_whole()
    {
        Answer future = await _server.PutAsync(Connection + "/items/T2", "{" + Whole + ",\"activities\":[" + Viewed(Now) + "," + Viewed(Now.AddDays(1)) + "]}");
        Answer many = await _server.PutAsync(
            Connection + "/items/T2", "{" + Whole + ",\"activities\":[" + string.Join(',', Enumerable.Repeat(Viewed(Now), 21)) + "]}");

        Assert.StartsWith("$.activities[1]: ", future.ShouldBe(400, "InvalidRequest").Reason, StringComparison.Ordinal);
        Assert.Equal("TooManyActivities", many.ShouldBe(400).InnerCode);
        (await _server.GetAsync(Connection + "/items/T2")).ShouldBe(404, "ItemNotFound");
        (await _server.PutAsync(Connection + "/items/T2", "{" + Whole + ",\"activities\":[" + string.Join(',', Enumerable.Repeat(Viewed(Now), 20)) + "]}")).ShouldBe(200);
    }

    [Fact]
    public async Task The_oldest_make_room_past_the_bound()
    {
        (await PostAsync([.. Enumerable.Range(0, 20).Select(i => Viewed(Now.AddMinutes(-i)))])).ShouldBe(200);
        (await PostAsync([.. Enumerable.Range(20, 5).Select(i => Viewed(Now.AddMinutes(-i)))])).ShouldBe(200);
        Assert.Equal(25, (await StoredAsync()).Count);

        (await PostAsync(Viewed(Now.AddMinutes(-25)))).ShouldBe(200);

        Assert.Equal(Enumerable.Range(1, 25).Select(i => Now.AddMinutes(-i)), (await StoredAsync()).Select(activity => activity.StartDateTime));
    }

    [Fact]
    public async Task They_go_with_their_item_and_with_their_connection()
    {
        (await PostAsync(Viewed(Now), Viewed(Now))).ShouldBe(200);
        (await _server.DeleteAsync(Item)).ShouldBe(204);
        Assert.Equal(0, await RowsAsync());
        (await _server.PutAsync(Item, "{" + Whole + "}")).ShouldBe(200);
        Assert.Empty(await StoredAsync());

        (await PostAsync(Viewed(Now), Viewed(Now))).ShouldBe(200);
        Assert.Equal(2, await RowsAsync());
        (await _server.DeleteAsync(Connection)).ShouldBe(202);
        await Eventually.HoldsAsync(() => _server.GetAsync(Connection), answer => answer.Status == 404);
        Assert.Equal(0, await RowsAsync());
    }

    [Fact]
    public async Task They_outlive_a_restart()
    {
        string data = Directory.CreateTempSubdirectory("tributary-test-").FullName;
        try
        {
            await using (TestServer first = await TestServer.StartAsync(time: null, data))
            {
                await first.CreateReadyConnectionAsync();
                (await first.PutAsync(Item, "{" + Whole + "}")).ShouldBe(200);
                (await first.PostAsync(Item + "/addActivities", Body(Viewed(Now.AddYears(-1))))).ShouldBe(200);
            }

            await using TestServer second = await TestServer.StartAsync(time: null, data);
            Assert.Equal(Now.AddYears(-1), Assert.Single(await StoredAsync("T1", second)).StartDateTime);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task Calls_at_once_lose_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 5).Select(async i =>
            (await PostAsync([.. Enumerable.Range(0, 5).Select(j => Viewed(Now.AddMinutes((-10 * i) - j)))])).ShouldBe(200)));

        Assert.Equal(25, (await StoredAsync()).DistinctBy(activity => activity.StartDateTime).Count());
    }

    private static string Body(params string[] activities) => "{\"activities\":[" + string.Join(',', activities) + "]}";

    private string Viewed(DateTimeOffset at, string? user = null) =>
        $$"""{"@odata.type":"#microsoft.graph.externalConnectors.externalActivity","type":"viewed","startDateTime":"{{at:O}}","performedBy":{"type":"user","id":"{{user ?? _reader}}"} }""";

    private Task<Answer> PostAsync(params string[] activities) => _server.PostAsync(Item + "/addActivities", Body(activities));

    private async Task<IReadOnlyList<ExternalActivity>> StoredAsync(string item = "T1", TestServer? server = null)
    {
        IServiceProvider services = (server ?? _server).Services;
        StoredConnection connection =
            (await services.GetRequiredService<IConnectionStore>().FindOrNullAsync(TestServer.Tenant, "contosohr", TestContext.Current.CancellationToken))!;
        return await services.GetRequiredService<IActivityStore>().ListAsync(connection.Key, item, TestContext.Current.CancellationToken);
    }

    private ValueTask<long> RowsAsync() => _server.Services.GetRequiredService<ISqlDatabase>().ReadAsync(
        session => session.ScalarOrNull("SELECT count(*) FROM item_activity")!.Value, TestContext.Current.CancellationToken);
}
