using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Benchmarks.Http;
using Tributary.Benchmarks.Measuring;
using Tributary.Directories.Scim;

namespace Tributary.Benchmarks.Scenarios;

/// <summary>
/// (e) Members of a provisioned group through groups in groups, read page by page over HTTP, against the same users as direct members of one group: both in turns.
/// Goals: all pages of 999 take at most 3 times as long, and pages of any size at most 1.5 times as long for each member when there are four times as many. And a
/// search by a user in thousands of groups against one by a user in none. Ratios are of processor time, client and server together, one call after the other: on a
/// machine that others use it tells more than the clock.
/// </summary>
internal static class DirectoryScenario
{
    private const int Growth = 4;
    private const int SmallPage = 100;
    private const int LargePage = 999;
    private const int Searches = 20;

    public static async Task RunAsync(Settings settings)
    {
        int users = settings.Number("users", 10_000);
        int groups = settings.Number("groups", 500);
        using var scratch = new ScratchDirectory();
        await using WebApplication app = Server.Build(
            [
                new("Storage:Data", scratch.Sub("data")),
                new("Urls", $"http://127.0.0.1:{ServerProcess.FreePort()}"),
                new("Logging:LogLevel:Default", "Error"),
                new("Directory:Source", "Scim"),
            ],
            [.. settings.ServerSettings]);
        await app.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(app.Urls.First()) };
        var store = app.Services.GetRequiredService<IScimStore>();
        IReadOnlyList<Tenant> small = await FillAsync(store, http, users, groups, first: 1);
        IReadOnlyList<Tenant> large = await FillAsync(store, http, users * Growth, groups, first: 11);
        for (int round = 0; round < settings.Number("rounds", 1); round++)
        {
            var report = new Report("directory", settings.Results);
            report.Add("users", users);
            report.Add("groups", groups);
            await MeasureWalksAsync(http, small, large, users, groups, settings.Number("runs", 5), report);
            await MeasureMemberOfAsync(http, store, settings.Number("memberships", 5000), groups, settings.Number("runs", 5), report);
            report.Save();
        }

        await app.StopAsync();
    }

    private static async Task<IReadOnlyList<Tenant>> FillAsync(IScimStore store, HttpClient http, int users, int groups, int first)
    {
        var shapes = new DirectoryShapes(store, users, groups);
        Tenant[] tenants =
        [
            new("direct", Id(first), "members", users),
            new("flat", Id(first), "transitiveMembers", users),
            new("wide", Id(first + 1), "transitiveMembers", users + groups),
            new("deep", Id(first + 2), "transitiveMembers", users + groups - 1),
            new("cycles", Id(first + 3), "transitiveMembers", users + groups - 1),
        ];
        await shapes.FlatAsync(Id(first));
        await shapes.WideAsync(Id(first + 1));
        await shapes.DeepAsync(Id(first + 2));
        await shapes.CyclesAsync(Id(first + 3));
        foreach (Tenant tenant in tenants)
        {
            tenant.Token = await TokenAsync(http, tenant.Id, "reader@tributary.local");
        }

        return tenants;
    }

    private static async Task MeasureWalksAsync(HttpClient http, IReadOnlyList<Tenant> small, IReadOnlyList<Tenant> large, int users, int groups, int runs, Report report)
    {
        var walks = small.Concat(large).SelectMany(tenant => (int[])[SmallPage, LargePage], (tenant, page) => (Tenant: tenant, Page: page)).ToArray();
        var walked = walks.ToDictionary(walk => walk, _ => new List<Walk>());
        for (int run = 0; run < runs + 1; run++)
        {
            Console.WriteLine($"run {run} of {runs}");
            foreach ((Tenant Tenant, int Page) walk in walks)
            {
                // Of the larger ones as many pages as the smaller have: were a page to compute the whole, it would show.
                Walk done = await WalkAsync(http, walk.Tenant, walk.Page, maxPages: 1 + ((users + groups) / walk.Page));
                if (run > 0)
                {
                    walked[walk].Add(done);
                }
            }
        }

        for (int i = 0; i < small.Count; i++)
        {
            foreach (int page in (int[])[SmallPage, LargePage])
            {
                string name = string.Create(CultureInfo.InvariantCulture, $"{small[i].Name}_{page}");
                List<Walk> walk = walked[(small[i], page)];
                double processor = Median(walk, one => one.Processor);
                report.Add($"{name}_first", Median(walk, one => one.First), "ms");
                report.Add($"{name}_walk", Median(walk, one => one.All), "ms");
                report.Add($"{name}_processor", processor, "ms");
                report.Add($"{name}_ratio", processor / Median(walked[(small[0], page)], one => one.Processor), page == LargePage ? "to direct members; goal: at most 3" : "to direct members");
                report.Add(
                    $"{name}_growth",
                    Median(walked[(large[i], page)], one => one.ProcessorOfOne) / Median(walk, one => one.ProcessorOfOne),
                    $"for each member, {Growth} times as many; goal: at most 1.5");
            }
        }

        report.Add("large_users", users * Growth);
    }

    private static async Task MeasureMemberOfAsync(HttpClient http, IScimStore store, int memberships, int parents, int runs, Report report)
    {
        string tenant = Id(21);
        if (await store.CountAsync(tenant, ScimKind.User, default) == 0)
        {
            await new DirectoryShapes(store, 2, parents).MemberOfManyAsync(tenant, memberships, parents);
        }

        var direct = new Tenant("", tenant, "memberOf", memberships);
        var transitive = new Tenant("", tenant, "transitiveMemberOf", memberships + parents);
        direct.Token = transitive.Token = await TokenAsync(http, tenant, DirectoryShapes.UserName(0));
        string nobody = await TokenAsync(http, tenant, DirectoryShapes.UserName(1));
        List<Walk> directs = [], transitives = [], searches = [], searchesOfNobody = [];
        for (int run = 0; run < runs + 1; run++)
        {
            Walk directWalk = await WalkAsync(http, direct, SmallPage, "me"), transitiveWalk = await WalkAsync(http, transitive, SmallPage, "me");
            for (int i = 0; i < Searches; i++)
            {
                Walk many = await SearchAsync(http, direct.Token), none = await SearchAsync(http, nobody);
                if (run > 0)
                {
                    searches.Add(many);
                    searchesOfNobody.Add(none);
                }
            }

            if (run > 0)
            {
                directs.Add(directWalk);
                transitives.Add(transitiveWalk);
            }
        }

        double processor = Median(directs, one => one.Processor), transitiveProcessor = Median(transitives, one => one.Processor);
        report.Add("memberships", memberships);
        report.Add("member_of_100_processor", processor, "ms");
        report.Add("transitive_member_of_100_first", Median(transitives, one => one.First), "ms");
        report.Add("transitive_member_of_100_walk", Median(transitives, one => one.All), "ms");
        report.Add("transitive_member_of_100_processor", transitiveProcessor, "ms");
        report.Add("transitive_member_of_100_ratio", transitiveProcessor / processor);
        report.Add("search_in_no_group", Median(searchesOfNobody, one => one.All), "ms, of no connection");
        report.Add("search_in_all_groups", Median(searches, one => one.All), "ms, of no connection");
        report.Add("search_in_all_groups_more", Median(searches, one => one.Processor) - Median(searchesOfNobody, one => one.Processor), "ms of processor time");
    }

    private static double Median(IEnumerable<Walk> walks, Func<Walk, double> of) => Distribution.OfMilliseconds(walks.Select(of)).Median;

    /// <summary>Reads every page, or so many.</summary>
    private static async Task<Walk> WalkAsync(HttpClient http, Tenant tenant, int pageSize, string? of = null, int maxPages = int.MaxValue)
    {
        string? next = string.Create(CultureInfo.InvariantCulture, $"/v1.0/{of ?? "groups/" + DirectoryShapes.Root}/{tenant.Relation}?$select=id&$top={pageSize}");
        long started = Stopwatch.GetTimestamp();
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        double first = 0;
        int members = 0;
        for (int pages = 0; next is not null && pages < maxPages; pages++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, next);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tenant.Token);
            using HttpResponseMessage response = await http.SendAsync(request);
            response.EnsureSuccessStatusCode();
            using JsonDocument page = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync());
            members += page.RootElement.GetProperty("value").GetArrayLength();
            next = page.RootElement.TryGetProperty("@odata.nextLink", out JsonElement link) ? link.GetString() : null;
            first = first == 0 ? Stopwatch.GetElapsedTime(started).TotalMilliseconds : first;
        }

        return next is not null || members == tenant.Members
            ? new Walk(first, Stopwatch.GetElapsedTime(started).TotalMilliseconds, (Environment.CpuUsage.TotalTime - processor).TotalMilliseconds, members)
            : throw new InvalidOperationException($"{tenant.Name} has {members} members instead of {tenant.Members}.");
    }

    /// <summary>Of no connection, so that what it takes is who the user is.</summary>
    private static async Task<Walk> SearchAsync(HttpClient http, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1.0/search/query")
        {
            Content = new StringContent(
                """{"requests":[{"entityTypes":["externalItem"],"contentSources":["/external/connections/none"],"query":{"queryString":"x"}}]}""", null, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        long started = Stopwatch.GetTimestamp();
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        using HttpResponseMessage response = await http.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        double elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        return new Walk(elapsed, elapsed, (Environment.CpuUsage.TotalTime - processor).TotalMilliseconds, 1);
    }

    private static async Task<string> TokenAsync(HttpClient http, string tenant, string user)
    {
        using HttpResponseMessage response = await http.PostAsync($"/{tenant}/oauth2/v2.0/token", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "password",
            ["client_id"] = Tributary.Auth.DevIssuer.DevDefaults.AppId,
            ["username"] = user,
            ["password"] = "any",
            ["scope"] = "https://graph.microsoft.com/.default",
        }));
        response.EnsureSuccessStatusCode();
        using JsonDocument answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return answer.RootElement.GetProperty("access_token").GetString()!;
    }

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"7e000000-0000-4000-8000-{number:d12}");

    /// <summary>In milliseconds: the first page, and the clock and the processor until the last.</summary>
    private readonly record struct Walk(double First, double All, double Processor, int Members)
    {
        public double ProcessorOfOne => Processor / Members;
    }

    /// <param name="Relation">The last segment of the list's path.</param>
    /// <param name="Members">How many it has to give.</param>
    private sealed record Tenant(string Name, string Id, string Relation, int Members)
    {
        public string Token { get; set; } = "";
    }
}
