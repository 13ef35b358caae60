using System.Globalization;
using System.Text.Json.Nodes;

namespace Tributary.Tests.Access;

/// <summary>A search, and how its answers are to be compared.</summary>
/// <param name="Body">What is posted.</param>
/// <param name="IsOrdered">The order of hits does not rest on scores, so hits, ranks and pages are the same too.</param>
/// <param name="IsCollapsed">Where it does rest on them, so does which of those alike is shown.</param>
internal sealed record OracleRequest(JsonObject Body, bool IsOrdered, bool IsCollapsed)
{
    /// <summary>The same search for all hits at once.</summary>
    public string WithAllHits()
    {
        var all = (JsonObject)Body.DeepClone();
        foreach (JsonNode? request in (JsonArray)all["requests"]!)
        {
            request!["from"] = 0;
            request["size"] = 1000;
        }

        return all.ToJsonString();
    }
}

/// <summary>Searches of every kind, over the words of the corpus, those of hidden items, those that nobody has, and misspelt ones.</summary>
internal sealed class OracleRequests(Random random)
{
    private static readonly string[] Misspelt = ["vacatoin", "budgte", "polcy", "quartely", "mergre", "repott", "alhpa", "plam"];

    private static readonly string[] Malformed = ["((", "\"budget", "title:", "AND OR", "NOT", "budget NEAR(", "a*b*", "number:word", "title<5", "XRANK(cb=1) budget", ")budget(", "*budget", "-"];

    private static readonly string[] Templates = ["({searchTerms}) tags:red", "{searchTerms} NOT merger", "({searchTerms}) number>3 {Today-1}", "{searchTerms", "({searchTerms}) XRANK(cb=100) alpha"];

    private static readonly string[] Filters =
    [
        "tags:red", "tags:or(\"red\",\"black\")", "not(tags:green)", "number:range(3, 12)", "code:\"Z-9\"", "priority:range(min, 100)", "tags:string(\"re*\")", "tags:nonsense(", "modified:range(2026-03-01, max)",
        "unknown:1", "weight:range(1, 2.5)", "marks:red",
    ];

    public OracleRequest Next()
    {
        bool isAll = random.Next(8) == 0;
        string query = isAll ? "*" : random.Next(12) == 0 ? Pick(Malformed) : Query(3);
        var request = new JsonObject
        {
            ["entityTypes"] = new JsonArray("externalItem"),
            ["contentSources"] = random.Next(3) switch
            {
                0 => new JsonArray("/external/connections/first"),
                1 => new JsonArray("/external/connections/first", "/external/connections/second"),
                _ => new JsonArray("/external/connections/*"),
            },
            ["query"] = new JsonObject { ["queryString"] = query },
        };
        if (!isAll && random.Next(5) == 0)
        {
            request["query"]!["queryTemplate"] = Pick(Templates);
        }

        if (random.Next(2) == 0)
        {
            request["from"] = random.Next(3) == 0 ? random.Next(6) : 0;
            request["size"] = random.Next(1, 8);
        }

        Add("fields", 4, () => new JsonArray([.. Some(["title", "tags", "marks", "number", "notes", "label_title", "documentId"], 3)]));
        Add("aggregations", 2, () => new JsonArray([.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => Aggregation())]));
        Add("aggregationFilters", 4, () => new JsonArray([.. Some(Filters, 2)]));
        Add("queryAlterationOptions", 3, () => new JsonObject { ["enableSuggestion"] = random.Next(3) > 0, ["enableModification"] = random.Next(2) == 0 });
        Add("resultTemplateOptions", 6, () => new JsonObject { ["enableResultTemplate"] = true });
        bool isSorted = random.Next(2) == 0;
        if (isSorted)
        {
            request["sortProperties"] = new JsonArray(
                [.. Some(["tags", "priority", "code", "weight", "modified"], 2, atLeast: 0).Append("number").Select(name => new JsonObject { ["name"] = name!.ToString(), ["isDescending"] = random.Next(2) == 0 })]);
        }

        bool isCollapsed = random.Next(5) == 0;
        if (isCollapsed)
        {
            request["collapseProperties"] = new JsonArray(
                [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => new JsonObject { ["fields"] = new JsonArray([.. Some(["tags", "priority", "code"], 2)]), ["limit"] = random.Next(1, 4) })]);
        }

        if (random.Next(25) == 0)
        {
            Spoil(request);
        }

        return new OracleRequest(new JsonObject { ["requests"] = new JsonArray(request) }, isSorted || (isAll && request["aggregationFilters"] is null), isCollapsed);

        void Add(string name, int oneIn, Func<JsonNode> value)
        {
            if (random.Next(oneIn) == 0)
            {
                request[name] = value();
            }
        }
    }

    /// <summary>Something that is refused.</summary>
    private void Spoil(JsonObject request)
    {
        (string name, JsonNode? value) = random.Next(7) switch
        {
            0 => ("size", (JsonNode?)5000),
            1 => ("from", -1),
            2 => ("contentSources", new JsonArray()),
            3 => ("entityTypes", new JsonArray("nonsense")),
            4 => ("sortProperties", new JsonArray(new JsonObject { ["name"] = "notes" })),
            5 => ("aggregations", new JsonArray(new JsonObject { ["field"] = "done", ["size"] = 0 })),
            _ => ("query", new JsonObject { ["queryString"] = string.Join(" OR ", Enumerable.Range(0, 80).Select(number => $"b{number}*")) }),
        };
        request[name] = value;
    }

    private JsonObject Aggregation()
    {
        string field = Pick(["tags", "priority", "code", "number", "weight", "modified"]);
        var definition = new JsonObject { ["sortBy"] = Pick(["count", "keyAsString", "keyAsNumber"]), ["isDescending"] = random.Next(2) == 0, ["minimumCount"] = random.Next(3) };
        if (random.Next(4) == 0)
        {
            definition["prefixFilter"] = Pick(["r", "b", "Z", "1"]);
        }

        if (field is "priority" or "number" && random.Next(2) == 0)
        {
            definition["ranges"] = new JsonArray(new JsonObject { ["to"] = "3" }, new JsonObject { ["from"] = "3", ["to"] = "100" }, new JsonObject { ["from"] = "100" });
        }

        return new JsonObject { ["field"] = field, ["size"] = random.Next(1, 6), ["bucketDefinition"] = definition };
    }

    private string Query(int depth) => random.Next(depth == 0 ? 9 : 14) switch
    {
        0 or 1 => Word(),
        2 => Word()[..random.Next(1, 4)] + "*",
        3 => $"\"{Word()} {Word()}\"",
        4 => Pick(["title:", "notes:", "tags:", "marks:", "code:"]) + Pick([Word(), "red", "black", "Z-9", $"\"{Word()}\"", Word()[..1] + "*", $"({Word()} OR {Word()})"]),
        5 => Pick(["number", "priority", "weight"]) + Pick([">3", "<=10", ":1000", "=2", "<>4", ":2..9", ":900..1100"]),
        6 => Pick(["modified>2026-06-01", "modified:2026-02-01..2026-08-01", "modified<=today", "done:true", "done<>true", "priority:*", "code:*"]),
        7 => $"{Word()} {Pick(["NEAR", "ONEAR", "NEAR(3)", "ONEAR(n=2)"])} {Word()}",
        8 => $"WORDS({Word()}, {Word()})",
        9 => $"({Query(depth - 1)} OR {Query(depth - 1)})",
        10 => $"{Query(depth - 1)} AND {Query(depth - 1)}",
        11 => $"{Query(depth - 1)} {Query(depth - 1)}",
        12 => $"{Query(depth - 1)} NOT {Word()}",
        _ => $"{Query(depth - 1)} XRANK({Pick(["cb=10", "rb=0.5", "pb=2", "cb=-3", "nb=1, stdb=1"])}) {Word()}",
    };

    private string Word() => random.Next(5) switch
    {
        0 => Pick(OracleCorpus.SecretWords),
        1 => Pick(Misspelt),
        2 when random.Next(4) == 0 => string.Create(CultureInfo.InvariantCulture, $"nobody{random.Next(9)}"),
        _ => Pick(OracleCorpus.Words),
    };

    private IEnumerable<JsonNode?> Some(string[] texts, int max, int atLeast = 1)
    {
        string[] shuffled = [.. texts];
        random.Shuffle(shuffled);
        return shuffled.Take(random.Next(atLeast, max + 1)).Select(text => (JsonNode?)JsonValue.Create(text));
    }

    private string Pick(string[] texts) => texts[random.Next(texts.Length)];
}
