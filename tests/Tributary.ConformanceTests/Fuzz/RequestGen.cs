using CsCheck;
using Microsoft.OData.Edm;

namespace Tributary.ConformanceTests.Fuzz;

/// <summary>
/// Requests to every path that the metadata document names, with every method, and to some that it does not: the model's singletons, what they contain, the
/// actions bound to it, with bodies of the types that stand there.
/// </summary>
internal sealed class RequestGen
{
    /// <summary>Bodies as the documentation prints them; damaged now and then.</summary>
    private static readonly (string Method, string Path, string Body)[] Good =
    [
        ("POST", "/external/connections", """{"id":"alpha","name":"Name of alpha","description":"d","searchSettings":{"searchResultTemplates":[{"id":"t1","priority":1,"layout":{"type":"AdaptiveCard","version":"1.3","body":[{"type":"TextBlock","text":"${title}"}]}}]}}"""),
        ("POST", "/external/connections", """{"id":"bravo","name":"Name of bravo"}"""),
        ("PATCH", "/external/connections/alpha", """{"name":"Name of alpha","activitySettings":{"urlToItemResolvers":[{"@odata.type":"#microsoft.graph.externalConnectors.itemIdResolver","priority":1,"itemId":"d_{n}","urlMatchInfo":{"baseUrls":["https://contoso.example"],"urlPattern":"/(?<n>[0-9]+)"}}]}}"""),
        ("PATCH", "/external/connections/alpha/schema", """{"baseType":"microsoft.graph.externalItem","properties":[{"name":"title","type":"string","isSearchable":true,"isQueryable":true,"isRetrievable":true,"labels":["title"]},{"name":"tags","type":"stringCollection","isQueryable":true,"isRetrievable":true,"isRefinable":true},{"name":"count","type":"int64","isQueryable":true,"isRetrievable":true},{"name":"weight","type":"double"},{"name":"done","type":"boolean","isQueryable":true},{"name":"modified","type":"dateTime","isQueryable":true,"isRetrievable":true}]}"""),
        ("PATCH", "/external/connections/bravo/schema", """{"baseType":"microsoft.graph.externalItem","properties":[{"name":"title","type":"String","isSearchable":"true","aliases":"t"}]}"""),
        ("PUT", "/external/connections/alpha/items/a", """{"acl":[{"type":"everyone","value":"everyone","accessType":"grant"}],"properties":{"title":"a b","tags@odata.type":"Collection(String)","tags":["x","y"],"count":3,"weight":1.5,"done":true,"modified":"2026-02-03T04:05:06Z"},"content":{"type":"html","value":"<p>a <b>b</b></p>"}}"""),
        ("PUT", "/external/connections/alpha/items/b", """{"acl":[{"type":"externalGroup","value":"crew","accessType":"grant"},{"type":"user","value":"e811976d-83df-4cbd-8b9b-5215b18aa874","accessType":"deny"}],"properties":{"title":"b"},"activities":[]}"""),
        ("PATCH", "/external/connections/alpha/items/a", """{"properties":{"title":"other","count":9}}"""),
        ("POST", "/external/connections/alpha/items/a/addActivities", """{"activities":[{"@odata.type":"#microsoft.graph.externalConnectors.externalActivity","type":"created","startDateTime":"2026-01-01T00:00:00Z","performedBy":{"type":"user","id":"e811976d-83df-4cbd-8b9b-5215b18aa874"}}]}"""),
        ("POST", "/external/connections/alpha/groups", """{"id":"crew","displayName":"The crew"}"""),
        ("PATCH", "/external/connections/alpha/groups/crew", """{"displayName":"Crew","description":"d"}"""),
        ("POST", "/external/connections/alpha/groups/crew/members", """{"id":"e811976d-83df-4cbd-8b9b-5215b18aa874","type":"user","identitySource":"azureActiveDirectory"}"""),
        ("POST", "/external/connections/alpha/groups/crew/members", """{"id":"night-shift","type":"group","identitySource":"external"}"""),
        ("POST", "/search/query", """{"requests":[{"entityTypes":["externalItem"],"contentSources":["/external/connections/alpha"],"query":{"queryString":"title:a* OR tags:x"},"fields":["title"],"from":0,"size":5}]}"""),
        ("POST", "/search/query", """{"requests":[{"entityTypes":["externalItem"],"contentSources":["/external/connections/*"],"query":{"queryString":"a","queryTemplate":"({searchTerms}) tags:x {Today-1}"},"sortProperties":[{"name":"tags","isDescending":true}],"aggregations":[{"field":"tags","size":5,"bucketDefinition":{"sortBy":"count","isDescending":"true","minimumCount":1,"prefixFilter":"x"}}],"aggregationFilters":["tags:or(\"ǂǂ78\",y)","not(tags:string(''))"],"collapseProperties":[{"fields":["tags"],"limit":2}],"resultTemplateOptions":{"enableResultTemplate":true}}]}"""),
        ("POST", "/$batch", """{"requests":[{"id":"1","method":"GET","url":"/external/connections"},{"id":"2","dependsOn":["1"],"method":"PUT","url":"/external/connections/alpha/items/a","headers":{"Content-Type":"application/json"},"body":{"acl":[{"type":"everyone","value":"everyone","accessType":"grant"}],"properties":{"title":"x"}}}]}"""),
        ("DELETE", "/external/connections/alpha/items/a", "{}"),
        ("DELETE", "/external/connections/bravo", "{}"),
    ];

    private static readonly Gen<string> Methods = Gen.Frequency((12, Gen.OneOf("GET", "POST", "PUT", "PATCH", "DELETE")), (1, Gen.OneOf("HEAD", "OPTIONS", "TRACE", "FOO")));
    private static readonly Gen<string> Versions = Gen.Frequency((20, Gen.OneOf("/v1.0", "/beta")), (1, Gen.OneOf("", "/v2.0", "/V1.0", "/beta/", "//beta")));
    private static readonly Gen<Signer> Signers = Gen.Frequency((20, Gen.Const(Signer.App)), (4, Gen.Const(Signer.Reader)), (1, Gen.OneOf(Signer.Nobody, Signer.Garbage)));
    private static readonly Gen<string> ContentTypes = Gen.Frequency(
        (20, Gen.Const("application/json")),
        (1, Gen.OneOf("application/json; charset=utf-8", "application/json;odata.metadata=full", "text/plain", "application/json; charset=utf-16", "", "application/xml", "multipart/mixed;boundary=x")));

    private static readonly Gen<(string, string)[]> HeaderLists = Gen.OneOf(
        Gen.Const<(string, string)>(("Accept", "application/json")),
        Gen.OneOf("application/json;odata.metadata=none", "application/json;odata.metadata=full", "*/*", "application/xml", "text/plain, */*", ";;", "application/json;IEEE754Compatible=true").Select(value => ("Accept", value)),
        Gen.OneOf("respond-async", "return=minimal", "return=representation", "include-unknown-enum-members", "odata.maxpagesize=1", "odata.maxpagesize=-1", ",,;=").Select(value => ("Prefer", value)),
        Gen.OneOf("gzip", "deflate", "br", "identity", "gzip, gzip", "x").Select(value => ("Content-Encoding", value)),
        Gen.OneOf("gzip", "br;q=1, *;q=0", "identity;q=0", "x").Select(value => ("Accept-Encoding", value)),
        Gen.OneOf("https://app.example", "null", "http://localhost").Select(value => ("Origin", value)),
        Gen.String[Gen.Char["a-é{}\t "], 0, 300].Select(value => ("client-request-id", value)),
        Gen.OneOf("*", "\"x\"", "W/\"1\"").Select(value => ("If-Match", value))).Array[0, 2];

    private static readonly Gen<string> Queries = Gen.Frequency((6, Gen.Const(string.Empty)), (1, Gen.Select(
        Gen.OneOf("$filter", "%24filter", "filter", "$select", "$top", "$skip", "$orderby", "$expand", "$count", "$search", "$skiptoken", "$format", "$apply", "x", "$"),
        Gen.OneOf(
            Gen.OneOf(
                "id eq 'alpha'", "name eq 'x' and state ne 'draft'", "not (id eq null)", "startswith(name,'N')", "id in ('alpha','b')", "id,name,schema", "*", "1", "0", "-1", "1000",
                "999999999999", "name desc,id", "schema", "true", "json", "contains(name,'a') or (id gt 'a')", "id eq 'a''b'", "((((", "state eq microsoft.graph.externalConnectors.connectionState'ready'"),
            Gen.String[Gen.Char["ab'()/, $*01%&="], 0, 30]),
        (name, value) => $"?{name}={Uri.EscapeDataString(value)}")));

    public RequestGen(IEdmModel model)
    {
        var json = new JsonGen(model);
        List<(string Path, Gen<byte[]> Body)> places = [];
        foreach (IEdmSingleton singleton in model.EntityContainer.Singletons())
        {
            Add(places, json, model, "/" + singleton.Name, singleton.EntityType, 0);
        }

        Gen<WireRequest> anywhere = Gen.OneOf([.. places.Select(place => Gen.Select(Methods, Path(place.Path), place.Body, (method, path, body) => (method, path, body)))])
            .SelectMany(call => Request(call.method, call.path, call.body));
        Gen<WireRequest> known = Gen.OneOf([.. Good.Select(call => JsonGen.Damaged(call.Body).SelectMany(body => Request(call.Method, call.Path, body)))]);
        Any = Gen.Frequency((1, anywhere), (1, known));
    }

    public Gen<WireRequest> Any { get; }

    private static Gen<WireRequest> Request(string method, string path, byte[] body) => Gen.Select(Versions, Queries, ContentTypes, HeaderLists, Signers, (version, query, type, headers, signer) =>
        new WireRequest(
            method, version + path + query, method is "GET" or "HEAD" or "OPTIONS" or "TRACE" ? null : body, type.Length == 0 ? null : type, headers, signer));

    private static void Add(List<(string Path, Gen<byte[]> Body)> places, JsonGen json, IEdmModel model, string path, IEdmEntityType type, int depth)
    {
        Gen<byte[]> body = json.Body(new EdmEntityTypeReference(type, isNullable: false));
        places.Add((path, body));
        foreach (IEdmOperation action in model.FindBoundOperations(type))
        {
            places.Add(($"{path}/{action.Name}", json.ActionBody(action)));
            places.Add(($"{path}/{action.FullName()}", json.ActionBody(action)));
        }

        if (depth == 4)
        {
            return;
        }

        foreach (IEdmNavigationProperty contained in type.NavigationProperties().Where(property => property.ContainsTarget))
        {
            string below = $"{path}/{contained.Name}";
            IEdmEntityType target = contained.ToEntityType();
            if (!contained.Type.IsCollection())
            {
                Add(places, json, model, below, target, depth + 1);
                continue;
            }

            places.Add((below, json.Body(new EdmEntityTypeReference(target, isNullable: false))));
            places.Add(($"{below}/$count", body));
            Add(places, json, model, $"{below}/{{{contained.Name}}}", target, depth + 1);
        }
    }

    /// <summary>The keys of a template, mostly some that exist, in one of the two forms.</summary>
    private static Gen<string> Path(string template)
    {
        Gen<string> path = Gen.Const(string.Empty);
        foreach (string segment in template.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            Gen<string> written = segment[0] == '{' ? Gen.Select(Key(segment), Gen.Int[0, 9], Keyed) : Gen.Const("/" + segment);
            path = Gen.Select(path, written, string.Concat);
        }

        // A key in parentheses belongs to the segment before it.
        return path.Select(text => text.Replace("/(", "(", StringComparison.Ordinal));
    }

    private static string Keyed(string key, int form) => form < 2 ? $"/('{key}')" : "/" + key;

    private static Gen<string> Key(string segment) => Gen.Frequency(
        (10, Gen.OneOf(segment switch
        {
            "{connections}" => JsonGen.ConnectionIds,
            "{items}" => JsonGen.ItemIds,
            "{groups}" => JsonGen.GroupIds,
            _ => JsonGen.Users,
        })),
        (1, Gen.OneOf(
            Gen.OneOf("%2e%2e", "%00", "%ff", "a%2Fb", "''", "%27", "*", "$", "(", "a b", "%C3%A9", "~", new string('k', 129), new string('k', 3000)),
            Gen.String[Gen.Char["abcé%'()-_.~0123"], 1, 20].Select(Uri.EscapeDataString))));
}
