using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Tributary.Access.History;
using Tributary.Directories.Seed;
using Tributary.Tests.Hosting;
using Tributary.Tests.Search;

namespace Tributary.Tests.Access.History;

/// <summary><c>POST /tributary/access/explain</c> with <c>asOf</c>.</summary>
public sealed class ExplainAsOfTests : IAsyncLifetime
{
    private static readonly string Reader = SeedDirectory.OfDevelopment(TestServer.Tenant).FindUserOrNull("reader@tributary.local")!.Entry.Id;
    private static readonly DateTimeOffset Start = new(2026, 3, 14, 9, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Start);
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(_time, null, "Access:History:Retention=7.00:00:00", "Auth:Development:TokenLifetime=1.00:00:00");

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Whether_a_user_could_have_seen_an_item_is_told_of_each_instant_and_by_which_groups()
    {
        await _server.CreateReadyConnectionAsync();
        string team = """[ { "type": "externalGroup", "value": "team", "accessType": "grant" } ]""";
        (await _server.PostAsync("/v1.0/external/connections/contosohr/groups", """{ "id": "team" }""")).ShouldBe(201);
        await _server.PutItemAsync("contosohr", "one", SearchServer.Item("""{ "title": "x" }""", acl: team));
        await AdvanceAsync();
        string member = $$"""{ "id": "{{Reader}}", "type": "user" }""";
        (await _server.PostAsync("/v1.0/external/connections/contosohr/groups/team/members", member)).ShouldBe(201);
        await AdvanceAsync();
        (await _server.DeleteAsync($"/v1.0/external/connections/contosohr/groups/team/members/{Reader}")).ShouldBe(204);
        await AdvanceAsync();
        (await _server.DeleteAsync("/v1.0/external/connections/contosohr")).ShouldBe(202);
        await AdvanceAsync();

        Assert.Equal("notGranted", Reason(await ExplainAsync(Start)));
        Assert.Equal("notGranted", Reason(await ExplainAsync(Start.AddHours(1).AddTicks(-1))));
        JsonElement seen = await ExplainAsync(Start.AddHours(1));
        Assert.True(seen.GetProperty("verdict").GetProperty("isVisible").GetBoolean());
        Assert.Equal(["user", "externalGroup"], seen.GetProperty("verdict").GetProperty("chain").EnumerateArray().Select(step => step.GetProperty("type").GetString()));
        Assert.Equal("2026-03-14T10:00:00Z", seen.GetProperty("at").GetString());
        Assert.Equal(JsonValueKind.Null, seen.GetProperty("connectionChange").ValueKind);
        Assert.Equal("granted", Reason(await ExplainAsync(Start.AddHours(2).AddTicks(-1))));
        Assert.Equal("notGranted", Reason(await ExplainAsync(Start.AddHours(2))));
        Assert.Equal("noItem", Reason(await ExplainAsync(Start.AddHours(2), item: "two")));
        (await AskAsync(Start.AddHours(3))).ShouldBe(404);
    }

    [Fact]
    public async Task An_instant_of_which_nothing_is_known_is_refused_with_that_from_which_on_there_is_history()
    {
        await AdvanceAsync();

        Assert.Equal(
            ["$.asOf: The history of access begins at 2026-03-14T09:00:00Z, so nothing is known of 2026-03-14T08:59:59Z.", "$.asOf: 2026-03-14T10:00:01Z is in the future; it is 2026-03-14T10:00:00Z."],
            [await ProblemAsync(Start.AddSeconds(-1)), await ProblemAsync(Start.AddHours(1).AddSeconds(1))]);
    }

    [Fact]
    public async Task Without_a_history_every_instant_is_refused()
    {
        await using TestServer other = await TestServer.StartAsync();

        Answer answer = await other.PostAsync("/tributary/access/explain", Question(DateTimeOffset.UtcNow.AddDays(-1), "one", Reader), await other.UserTokenAsync("admin"));

        Assert.Contains("Access:History:Retention", answer.ShouldBe(400).Json.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_seed_file_that_changed_is_known_from_then_on_and_its_groups_before_are_not_guessed()
    {
        string data = Directory.CreateTempSubdirectory("tributary-test-").FullName;
        string seed = Path.Combine(data, "seed.json");
        await File.WriteAllTextAsync(seed, Seed("One"));
        try
        {
            await using TestServer server = await TestServer.StartAsync(
                _time, data, "Access:History:Retention=7.00:00:00", $"Directory:SeedFile={seed}", "Auth:Development:TokenLifetime=1.00:00:00");
            await server.CreateReadyConnectionAsync();
            await server.PutItemAsync("contosohr", "one", SearchServer.Item("""{ "title": "x" }""", acl: """[ { "type": "group", "value": "9a9a0000-0000-4000-8000-000000000001", "accessType": "grant" } ]"""));
            _time.Advance(TimeSpan.FromHours(1));
            Assert.Equal("granted", Reason(await ExplainAsync(server, Start, User)));
            await server.WriteSeedAsync(Seed("Another"));
            _time.Advance(TimeSpan.FromHours(1));
            (await server.SearchAsync("x", "reader")).ShouldBe(200);
            _time.Advance(TimeSpan.FromHours(1));

            JsonElement unknown = await ExplainAsync(server, Start, User);
            Assert.Equal("notGranted", Reason(unknown));
            Assert.Equal(["groupsUnknown", "guestUnknown", "enabledUnknown"], unknown.GetProperty("verdict").GetProperty("user").GetProperty("unknown").EnumerateArray().Select(one => one.GetString()));
            Assert.Equal("granted", Reason(await ExplainAsync(server, Start.AddHours(2), User)));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task Whether_an_account_was_enabled_before_the_seed_file_changed_is_not_guessed_but_can_be_stated()
    {
        string data = Directory.CreateTempSubdirectory("tributary-test-").FullName;
        string seed = Path.Combine(data, "seed.json");
        await File.WriteAllTextAsync(seed, Seed("One", isDisabled: true));
        try
        {
            await using TestServer server = await TestServer.StartAsync(
                _time, data, "Access:History:Retention=7.00:00:00", $"Directory:SeedFile={seed}", "Auth:Development:TokenLifetime=1.00:00:00");
            await server.CreateReadyConnectionAsync();
            await server.PutItemAsync("contosohr", "one", SearchServer.Item("""{ "title": "x" }"""));
            _time.Advance(TimeSpan.FromHours(1));
            Assert.Equal((false, "userDisabled"), Shown(await ExplainAsync(server, Start, User)));
            await server.WriteSeedAsync(Seed("Another", isDisabled: true));
            (await server.SearchAsync("x", "reader")).ShouldBe(200);
            _time.Advance(TimeSpan.FromHours(1));

            JsonElement unknown = await ExplainAsync(server, Start, User, Guest);
            Assert.Equal(JsonValueKind.Null, unknown.GetProperty("verdict").GetProperty("user").GetProperty("isEnabled").ValueKind);
            Assert.Equal((false, "enabledUnknown"), Shown(unknown));
            Assert.Equal((false, "userDisabled"), Shown(await ExplainAsync(server, Start, User, Guest + """, "wasEnabled": false""")));
            Assert.Equal((true, ""), Shown(await ExplainAsync(server, Start, User, Guest + """, "wasEnabled": true""")));
            Assert.Equal((false, "userDisabled"), Shown(await ExplainAsync(server, Start.AddHours(2), User, """, "wasEnabled": true""")));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private const string Guest = """, "isGuest": false""";
    private const string User = "0b1d0000-0000-4000-8000-000000000001";

    private static (bool IsVisible, string Withheld) Shown(JsonElement answer) => (
        answer.GetProperty("verdict").GetProperty("isVisible").GetBoolean(),
        string.Join(' ', answer.GetProperty("verdict").GetProperty("withheld").EnumerateArray().Select(one => one.GetProperty("code").GetString())));

    private static string Seed(string name, bool isDisabled = false) =>
        $$"""
        { "users": [ { "oid": "{{User}}", "userPrincipalName": "ada@tributary.local", "displayName": "{{name}}", "disabled": {{(isDisabled ? "true" : "false")}} } ],
          "groups": [ { "id": "9a9a0000-0000-4000-8000-000000000001", "displayName": "Team", "members": [ "{{User}}" ] } ] }
        """;

    private Task AdvanceAsync()
    {
        _time.Advance(TimeSpan.FromHours(1));
        return Task.CompletedTask;
    }

    private static string Reason(JsonElement answer) => answer.GetProperty("verdict").GetProperty("reason").GetString()!;

    private async Task<string> ProblemAsync(DateTimeOffset at) =>
        (await AskAsync(at)).ShouldBe(400).Json.GetProperty("error").GetProperty("innerError").GetProperty("message").GetString()!;

    private async Task<JsonElement> ExplainAsync(DateTimeOffset at, string item = "one") => (await AskAsync(at, item)).ShouldBe(200).Json;

    private static async Task<JsonElement> ExplainAsync(TestServer server, DateTimeOffset at, string user, string stated = "") =>
        (await server.PostAsync("/tributary/access/explain", Question(at, "one", user, stated), await server.UserTokenAsync("admin"))).ShouldBe(200).Json;

    private async Task<Answer> AskAsync(DateTimeOffset at, string item = "one") =>
        await _server.PostAsync("/tributary/access/explain", Question(at, item, Reader), await _server.UserTokenAsync("admin"));

    private static string Question(DateTimeOffset at, string item, string user, string stated = "") =>
        $$"""{ "connectionId": "contosohr", "itemId": "{{item}}", "userId": "{{user}}", "asOf": "{{AccessHistory.Text(at)}}"{{stated}} }""";
}
