using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Tributary.Tests.Directories.Scim;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Access;

/// <summary>
/// Writers give access and take it away again by every way that there is, while others search, alone and in batches, and an administrator asks who sees what. Each answer is judged by what could
/// be true between its question and itself: what was taken before stands nowhere in it, and what was given before is there.
/// </summary>
/// <remarks><c>TRIBUTARY_ACCESS_CHANGES=5000</c> makes it that many changes by each way, <c>TRIBUTARY_ACCESS_SEED</c> asks otherwise.</remarks>
public sealed class RevocationTests(ITestOutputHelper output)
{
    private const string Always = "always";
    private const string AlwaysWord = "evergreen";
    private const string Source = "/external/connections/" + RevocationRoutes.Connection;

    /// <summary>Who searches at the same time: the one who loses in most ways, the one who is deleted, and one who is never granted anything.</summary>
    private static readonly string[] Searchers = ["ada", "ada", "ada", "dan", "ben"];

    /// <summary>How many explanations are asked for at the same time.</summary>
    private const int Explainers = 2;

    private static readonly int Changes = Number("TRIBUTARY_ACCESS_CHANGES", 60);

    private readonly ConcurrentQueue<string> _failures = new();
    private long _mustHide;
    private long _mustShow;
    private long _searches;
    private long _explainedHidden;
    private long _explainedVisible;
    private long _explanations;

    [Fact]
    public async Task What_was_taken_before_a_search_stands_nowhere_in_its_answer_and_what_was_given_does()
    {
        await using ScimServer scim = await ScimServer.StartAsync(
            """{ "users": [ { "userPrincipalName": "ben@tributary.local" }, { "userPrincipalName": "admin@tributary.local", "administrator": true } ] }""");
        TestServer server = scim.Server;
        string ada = await scim.UserAsync("ada@tributary.local", """, "userType": "Member" """);
        await scim.UserAsync("ben@tributary.local", """, "userType": "Member" """);
        await scim.UserAsync("admin@tributary.local", """, "userType": "Member" """);
        await server.CreateReadyConnectionAsync(RevocationRoutes.Connection, RevocationRoutes.Schema);
        IReadOnlyList<RevocationRoute> routes = await new RevocationRoutes(scim).CreateAsync(ada);
        (await server.PutAsync(RevocationRoutes.PathOf(Always), RevocationRoutes.Item(Always, AlwaysWord, RevocationRoutes.Everyone))).ShouldBe(200);
        Dictionary<string, string> tokens = [];
        foreach (string user in Searchers.Append("admin").Distinct())
        {
            tokens[user] = await server.UserTokenAsync(user);
        }

        using var done = new CancellationTokenSource();
        int seed = Number("TRIBUTARY_ACCESS_SEED", 1);
        Task[] searching =
        [
            .. Searchers.Select((user, number) => Task.Run(() => SearchAsync(server, tokens[user], [.. routes.Where(route => route.User == user)], routes, new Random(seed + number), done.Token))),
            .. Enumerable.Range(0, Explainers).Select(number => Task.Run(() => ExplainAsync(server, tokens["admin"], ada, routes, number, done.Token))),
        ];
        await Task.WhenAll(routes.Select(route => Task.Run(() => ChangeAsync(route))));
        await done.CancelAsync();
        await Task.WhenAll(searching);

        output.WriteLine($"{routes.Count * Changes} changes and {_searches} searches; {_mustHide} times an item had to be hidden, {_mustShow} times shown; "
            + $"{_explanations} explanations, of which {_explainedHidden} had to say hidden and {_explainedVisible} visible");
        Assert.True(_failures.IsEmpty, string.Join("\n\n", _failures.Take(5)));
        Assert.True(_mustHide > 200 && _mustShow > 200, $"The checker was certain too seldom: {_mustHide} times that an item was closed, {_mustShow} times that it was open.");
        Assert.True(_explainedHidden > Changes && _explainedVisible > Changes, $"So of explanations: {_explainedHidden} and {_explainedVisible}.");
    }

    private async Task ChangeAsync(RevocationRoute route)
    {
        for (int number = 0; number < Changes && _failures.IsEmpty; number++)
        {
            bool opens = number % 2 == 1;
            route.Gate.Begin(opens, Stopwatch.GetTimestamp());
            await (opens ? route.Open() : route.Close());
            route.Gate.End(Stopwatch.GetTimestamp());

            // So that there are moments at which it is certain what holds.
            long searches = Interlocked.Read(ref _searches);
            long explanations = Interlocked.Read(ref _explanations);
            await Eventually.IsTrueAsync(
                () => Task.FromResult(!_failures.IsEmpty
                    || (Interlocked.Read(ref _searches) >= searches + (2 * Searchers.Length) && Interlocked.Read(ref _explanations) >= explanations + (2 * Explainers))),
                "Searches go on");
        }
    }

    private async Task SearchAsync(TestServer server, string token, RevocationRoute[] mine, IReadOnlyList<RevocationRoute> all, Random random, CancellationToken done)
    {
        while (!done.IsCancellationRequested && _failures.IsEmpty)
        {
            RevocationRoute? asked = mine.Length > 0 && random.Next(2) == 0 ? mine[random.Next(mine.Length)] : null;
            bool isMisspelt = asked is not null && random.Next(2) == 0;
            string query = isMisspelt ? asked!.Misspelt : asked?.Word ?? "shared";
            string extra = isMisspelt ? """, "queryAlterationOptions": { "enableSuggestion": true }"""
                : random.Next(3) == 0 ? """, "collapseProperties": [ { "fields": ["kind"], "limit": 1 } ]"""
                : "";
            extra += """, "size": 100, "aggregations": [ { "field": "kind", "size": 100, "bucketDefinition": { "sortBy": "keyAsString" } }, { "field": "all", "size": 10, "bucketDefinition": { "sortBy": "keyAsString" } } ]""";
            long begun = Stopwatch.GetTimestamp();
            Answer[] answers = random.Next(4) == 0
                ? await SearchInBatchAsync(server, query, extra, token)
                : [await server.SearchAsync(query, source: Source, extra: extra, token: token)];
            long ended = Stopwatch.GetTimestamp();
            Interlocked.Increment(ref _searches);
            foreach (Answer answer in answers)
            {
                var judged = new Judged(answer, query, asked, isMisspelt);
                foreach (string problem in judged.Problems(mine, all, begun, ended))
                {
                    _failures.Enqueue($"{problem} {query}{extra}\n{answer}");
                }

                Interlocked.Add(ref _mustHide, judged.MustHide);
                Interlocked.Add(ref _mustShow, judged.MustShow);
            }
        }
    }

    /// <summary>Two of them, one after the other.</summary>
    private static async Task<Answer[]> SearchInBatchAsync(TestServer server, string query, string extra, string token)
    {
        string part =
            $$"""
            "method": "POST", "url": "/search/query", "headers": { "Content-Type": "application/json" }, "body": { "requests": [ {
              "entityTypes": ["externalItem"], "contentSources": ["{{Source}}"], "query": { "queryString": "{{query}}" }{{extra}} } ] }
            """;
        Answer batch = (await server.PostAsync("/v1.0/$batch", $$"""{ "requests": [ { "id": "1", {{part}} }, { "id": "2", "dependsOn": ["1"], {{part}} } ] }""", token)).ShouldBe(200);
        Answer[] answers =
        [
            .. batch.Json.GetProperty("responses").EnumerateArray()
                .Select(answer => new Answer(answer.GetProperty("status").GetInt32(), answer.GetProperty("body").GetRawText(), batch.Headers, batch.ContentHeaders)),
        ];
        Assert.Equal(2, answers.Length);
        return answers;
    }

    /// <summary>Asks about each of the ways in turn whether the one who gains and loses by it sees the item.</summary>
    private async Task ExplainAsync(TestServer server, string token, string ada, IReadOnlyList<RevocationRoute> all, int number, CancellationToken done)
    {
        for (int turn = number * all.Count / Explainers; !done.IsCancellationRequested && _failures.IsEmpty; turn++)
        {
            RevocationRoute route = all[turn % all.Count];
            long begun = Stopwatch.GetTimestamp();
            Answer answer = await server.ExplainAsync(AccessServer.Ask(route.User == "dan" ? RevocationRoutes.Dan : ada, route.Name, connection: RevocationRoutes.Connection), token);
            (bool mayBeOpen, bool mayBeClosed) = route.Gate.Between(begun, Stopwatch.GetTimestamp());
            Interlocked.Increment(ref _explanations);

            // An item that is deleted is not there for administrators either.
            bool isVisible = answer.Status != 404 && answer.Verdict().IsVisible();
            Interlocked.Add(ref _explainedHidden, mayBeOpen ? 0 : 1);
            Interlocked.Add(ref _explainedVisible, mayBeClosed ? 0 : 1);
            if (isVisible ? !mayBeOpen : !mayBeClosed)
            {
                _failures.Enqueue($"'{route.Name}' is explained to be {(isVisible ? "visible, and was taken" : "hidden, and was given")} before:\n{answer}");
            }
        }
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>One answer, held to the states that were possible while it was asked for.</summary>
    private sealed class Judged(Answer answer, string query, RevocationRoute? asked, bool isMisspelt)
    {
        public int MustHide { get; private set; }

        public int MustShow { get; private set; }

        public IEnumerable<string> Problems(RevocationRoute[] mine, IReadOnlyList<RevocationRoute> all, long begun, long ended)
        {
            if (answer.Status != 200)
            {
                yield return "Refused:";
                yield break;
            }

            Dictionary<string, int> kinds = Buckets(0);
            int least = 0;
            int most = 0;
            if (asked is null)
            {
                least = most = 1;
                foreach (string problem in Missing(Always, AlwaysWord, kinds))
                {
                    yield return problem;
                }
            }

            foreach (RevocationRoute route in all)
            {
                (bool mayBeOpen, bool mayBeClosed) = mine.Contains(route) ? route.Gate.Between(begun, ended) : (false, true);
                MustHide += mayBeOpen ? 0 : 1;
                if (!mayBeOpen && (answer.HitIds.Contains(route.Name) || kinds.ContainsKey(route.Name) || (query != route.Word && answer.Body.Contains(route.Word, StringComparison.Ordinal))))
                {
                    yield return $"It tells of '{route.Name}', which was taken before:";
                }

                bool isAsked = !isMisspelt && (asked is null || asked == route);
                most += mayBeOpen && isAsked ? 1 : 0;
                if (mayBeClosed)
                {
                    continue;
                }

                MustShow++;
                if (isAsked)
                {
                    least++;
                    foreach (string problem in Missing(route.Name, route.Word, kinds))
                    {
                        yield return problem;
                    }
                }
                else if (isMisspelt && asked == route && !answer.Body.Contains($"\"{route.Word}\"", StringComparison.Ordinal))
                {
                    yield return $"It does not suggest '{route.Word}':";
                }
            }

            int counted = Buckets(1).GetValueOrDefault("all");
            if (answer.Total < least || answer.Total > most || counted < least || counted > most)
            {
                yield return $"A total of {answer.Total} and a count of {counted}, which cannot be but from {least} to {most}:";
            }
        }

        private IEnumerable<string> Missing(string item, string word, Dictionary<string, int> kinds)
        {
            if (!answer.HitIds.Contains(item) || kinds.GetValueOrDefault(item) != 1 || !answer.Body.Contains($"\"shared {word}\"", StringComparison.Ordinal))
            {
                yield return $"It does not show '{item}', which was given before:";
            }
        }

        private Dictionary<string, int> Buckets(int aggregation) => answer.Container.GetProperty("aggregations")[aggregation].GetProperty("buckets").EnumerateArray()
            .ToDictionary(bucket => bucket.GetProperty("key").GetString()!, bucket => bucket.GetProperty("count").GetInt32());
    }
}
