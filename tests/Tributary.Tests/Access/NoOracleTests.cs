using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Access;

/// <summary>
/// Two servers, of which one never held what the caller does not see: whatever he asks, he is told the same. What may differ is said by <see cref="OracleAnswer"/>, and, as scores
/// rest on statistics of all items, the order of hits where scores decide it.
/// </summary>
/// <remarks><c>TRIBUTARY_ACCESS_ROUNDS=1000</c> makes it that many corpora, <c>TRIBUTARY_ACCESS_SEED</c> others.</remarks>
public sealed class NoOracleTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Items = 40;
    private const int Requests = 60;

    private static readonly int Rounds = Number("TRIBUTARY_ACCESS_ROUNDS", 20);
    private static readonly TimeSpan Delay = TimeSpan.FromMinutes(15);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds()));
    private readonly string _data = Directory.CreateTempSubdirectory("tributary-oracle-").FullName;
    private TestServer _full = null!;
    private TestServer _bare = null!;

    public async ValueTask InitializeAsync() => await File.WriteAllTextAsync(Path.Combine(_data, "seed.json"), OracleCorpus.Seed);

    public async ValueTask DisposeAsync()
    {
        await _full.DisposeAsync();
        await _bare.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    /// <param name="setting">One by which scores do not rest on hidden items either, so that the order is the same too; empty for none.</param>
    [Theory]
    [InlineData("")]
    [InlineData("Search:Ranking:Statistics=Visible")]
    public async Task Whatever_is_asked_the_answer_is_that_of_a_server_that_never_held_what_is_hidden(string setting)
    {
        bool isOrdered = setting.Length > 0;
        await StartAsync(isOrdered ? [setting] : []);
        int seed = Number("TRIBUTARY_ACCESS_SEED", 1);
        int found = 0;
        int compared = 0;
        int hidden = 0;
        for (int round = 0; round < Rounds; round++)
        {
            var random = new Random(HashCode(seed, round));
            var corpus = new OracleCorpus(random, Items);
            string tenant = new Guid(HashCode(seed, round), 1, 0x4000, 0x80, 0, 0, 0, 0, 0, 0, 1).ToString();
            hidden += corpus.Items.Count(item => item.Hidden is not null);
            await FillAsync(corpus, tenant);
            var requests = new OracleRequests(random);
            string full = await _full.UserTokenAsync(corpus.User, tenant: tenant);
            string bare = await _bare.UserTokenAsync(corpus.User, tenant: tenant);
            for (int number = 0; number < Requests; number++)
            {
                OracleRequest request = requests.Next();
                string what = $"seed {seed}, round {round}, request {number} as {corpus.User}: {request.Body.ToJsonString()}";
                Answer answer = await CompareAsync(request.Body.ToJsonString(), isOrdered || request.IsOrdered ? OracleAnswer.Whole : OracleAnswer.Counted, what);
                if (!isOrdered && !request.IsOrdered && !request.IsCollapsed && answer.Status == 200)
                {
                    await CompareAsync(request.WithAllHits(), OracleAnswer.AsSet, what);
                }

                compared++;
                found += answer.Status == 200 && answer.Total > 0 ? 1 : 0;
            }

            async Task<Answer> CompareAsync(string body, Func<Answer, Uri, string> read, string what)
            {
                Answer ours = await _full.PostAsync("/v1.0/search/query", body, full);
                Answer theirs = await _bare.PostAsync("/v1.0/search/query", body, bare);
                Assert.True(
                    read(theirs, _bare.Http.BaseAddress!) == read(ours, _full.Http.BaseAddress!),
                    $"{what}\nwith hidden items:\n{read(ours, _full.Http.BaseAddress!)}\nwithout:\n{read(theirs, _bare.Http.BaseAddress!)}");
                return ours;
            }
        }

        output.WriteLine($"{compared} searches compared, {found} found something; {hidden} of {Rounds * Items} items were hidden");
        Assert.True(found > compared / 4, $"Only {found} of {compared} searches found anything, so the comparison says little.");
        Assert.InRange(hidden, Rounds * Items / 4, Rounds * Items * 3 / 4);
    }

    [Fact]
    public async Task No_other_path_tells_a_user_of_a_hidden_item_or_how_many_there_are()
    {
        await StartAsync();
        var corpus = new OracleCorpus(new Random(7), Items);
        string tenant = "7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e77";
        await FillAsync(corpus, tenant);
        OracleItem hidden = corpus.Items.First(item => item.Hidden is HiddenWay.NeverGranted);
        OracleItem visible = corpus.Items.First(item => item.Hidden is null);
        string connection = "/external/connections/" + hidden.Connection;
        string explain = $$"""{ "tenantId": "{{tenant}}", "connectionId": "{{hidden.Connection}}", "itemId": "{{hidden.Id}}", "queryString": "merger" }""";
        (HttpMethod Method, string Path, string? Body)[] asked =
        [
            (HttpMethod.Get, $"{connection}/items/{hidden.Id}", null),
            (HttpMethod.Get, $"/external/connections/{visible.Connection}/items/{visible.Id}", null),
            (HttpMethod.Get, $"{connection}/items/never-was", null),
            (HttpMethod.Delete, $"{connection}/items/{hidden.Id}", null),
            (HttpMethod.Patch, $"{connection}/items/{hidden.Id}", "{}"),
            (HttpMethod.Put, $"{connection}/items/{hidden.Id}", hidden.Body),
            (HttpMethod.Post, $"{connection}/items/{hidden.Id}/addActivities", "{}"),
            (HttpMethod.Get, $"{connection}/items", null),
            (HttpMethod.Get, $"{connection}/items/$count", null),
            (HttpMethod.Get, connection, null),
            (HttpMethod.Get, "/external/connections", null),
            (HttpMethod.Get, "/external/connections/$count", null),
            (HttpMethod.Get, $"{connection}/quota", null),
            (HttpMethod.Get, $"{connection}/schema", null),
            (HttpMethod.Get, $"{connection}/groups", null),
            (HttpMethod.Get, $"{connection}/groups/{OracleCorpus.Crew}/members/$count", null),
            (HttpMethod.Get, $"{connection}/operations", null),
        ];
        string full = await _full.UserTokenAsync(corpus.User, tenant: tenant);
        string bare = await _bare.UserTokenAsync(corpus.User, tenant: tenant);

        foreach (string version in (string[])["/v1.0", "/beta"])
        {
            foreach ((HttpMethod method, string path, string? body) in asked)
            {
                await RefuseAlikeAsync(method, version + path, body);
            }
        }

        await RefuseAlikeAsync(HttpMethod.Post, "/tributary/search/explain", explain);
        await RefuseAlikeAsync(HttpMethod.Post, "/tributary/search/explain", explain.Replace(hidden.Id, "never-was", StringComparison.Ordinal));
        await RefuseAlikeAsync(HttpMethod.Post, "/tributary/access/explain", explain);
        await RefuseAlikeAsync(HttpMethod.Get, "/tributary/index", null);

        async Task RefuseAlikeAsync(HttpMethod method, string path, string? body)
        {
            Answer ours = await _full.SendAsync(method, path, body, full);
            Answer theirs = await _bare.SendAsync(method, path, body, bare);
            Assert.True(ours.Status is >= 400 and < 500, $"{method} {path}: {ours}");
            Assert.Equal(OracleAnswer.Whole(theirs, _bare.Http.BaseAddress!), OracleAnswer.Whole(ours, _full.Http.BaseAddress!));
        }
    }

    private async Task StartAsync(params string[] more)
    {
        string[] settings =
        [
            $"Directory:SeedFile={Path.Combine(_data, "seed.json")}", "Storage:Durable=false", "Search:AllowGuests=true", $"Indexing:VisibilityDelay={Delay:c}", .. more,
        ];
        _full = await TestServer.StartAsync(_time, Path.Combine(_data, "full"), settings);
        _bare = await TestServer.StartAsync(_time, Path.Combine(_data, "bare"), settings);
    }

    private async Task FillAsync(OracleCorpus corpus, string tenant)
    {
        string other = tenant[..^1] + (tenant[^1] == '2' ? '3' : '2');
        foreach (TestServer server in (TestServer[])[_full, _bare])
        {
            await ConnectAsync(server, tenant);
        }

        await ConnectAsync(_full, other);
        await ConnectVaultAsync(tenant);
        string otherApp = await _full.AppTokenAsync(tenant: other);
        string app = await _full.AppTokenAsync(tenant: tenant);
        string bareApp = await _bare.AppTokenAsync(tenant: tenant);
        foreach (OracleItem item in corpus.Items.Where(item => item.Hidden is not HiddenWay.NotYet))
        {
            string path = $"/v1.0/external/connections/{item.Connection}/items/{item.Id}";
            switch (item.Hidden)
            {
                case null:
                    (await _bare.PutAsync(path, item.Body, bareApp)).ShouldBe(200);
                    (await _full.PutAsync(path, item.Body, app)).ShouldBe(200);
                    break;
                case HiddenWay.OtherTenant:
                    (await _full.PutAsync(path, item.Body, otherApp)).ShouldBe(200);
                    break;
                case HiddenWay.NeverGranted:
                    (await _full.PutAsync(path, item.Body, app)).ShouldBe(200);
                    break;
                case HiddenWay.Revoked:
                    (await _full.PutAsync(path, item.BodyForAll, app)).ShouldBe(200);
                    (await _full.PutAsync(path, item.Body, app)).ShouldBe(200);
                    break;
                default:
                    (await _full.PutAsync(path, item.BodyForAll, app)).ShouldBe(200);
                    (await _full.DeleteAsync(path, app)).ShouldBe(204);
                    break;
            }
        }

        _time.Advance(Delay);
        foreach (OracleItem item in corpus.Items.Where(item => item.Hidden is HiddenWay.NotYet))
        {
            (await _full.PutAsync($"/v1.0/external/connections/{item.Connection}/items/{item.Id}", item.Body, app)).ShouldBe(200);
        }
    }

    /// <summary>A connection in which the caller sees nothing, and of which he does not know the name: its properties are called as his are, and are others.</summary>
    private async Task ConnectVaultAsync(string tenant)
    {
        string app = await _full.AppTokenAsync(tenant: tenant);
        await _full.CreateReadyConnectionAsync("vault", OracleCorpus.SchemaOfVault, app);
        (await _full.PutAsync("/v1.0/external/connections/vault/items/gold", OracleCorpus.ItemOfVault, app)).ShouldBe(200);
    }

    /// <summary>Groups are not items, so both have them; the third one's group names the caller nowhere.</summary>
    private static async Task ConnectAsync(TestServer server, string tenant)
    {
        string app = await server.AppTokenAsync(tenant: tenant);
        foreach (string connection in OracleCorpus.Connections)
        {
            await server.CreateReadyConnectionAsync(connection, OracleCorpus.SchemaOf(connection), app);
            string groups = $"/v1.0/external/connections/{connection}/groups";
            foreach (string group in (string[])[OracleCorpus.Crew, OracleCorpus.Fleet, OracleCorpus.Strangers])
            {
                (await server.PostAsync(groups, JsonSerializer.Serialize(new { id = group }), app)).ShouldBe(201);
            }

            (await server.PostAsync($"{groups}/{OracleCorpus.Crew}/members", JsonSerializer.Serialize(new { id = OracleCorpus.Ada, type = "user" }), app)).ShouldBe(201);
            (await server.PostAsync($"{groups}/{OracleCorpus.Fleet}/members", JsonSerializer.Serialize(new { id = OracleCorpus.Crew, type = "externalGroup" }), app)).ShouldBe(201);
        }
    }

    /// <summary>The same in every process.</summary>
    private static int HashCode(int seed, int round) => (seed * 1_000_003) + round;

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
