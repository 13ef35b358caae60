using CsCheck;
using Microsoft.AspNetCore.Http;
using Tributary.Connections;
using Tributary.Graph;

namespace Tributary.Tests.Graph;

public class QueryOptionsTests
{
    private const QueryOption Everything = QueryOption.Listing | QueryOption.Filter | QueryOption.OrderBy | QueryOption.Skip;

    private static readonly StoredConnection Connection = new(
        new ConnectionKey(1),
        "tenant",
        new ExternalConnection { Id = "contosohr", Name = "Contoso HR", Configuration = new ConnectionConfiguration(["app"]) },
        ConnectionState.Ready,
        false,
        1,
        1,
        1,
        2,
        2);

    /// <summary>Pieces of which a query may consist, sensible and not.</summary>
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.OneOf(
            "id", "name", "state", "description", "configuration", "schema", "items", "foo", "eq", "ne", "gt", "and", "or", "not", "in", "startswith", "contains", "any",
            "tolower", "(", ")", "(", ")", ",", "/", "'a'", "'ready'", "''", "'", "null", "true", "1", "-1", "1.5", "9999999999999999999999", "asc", "desc", "*", "$it", "$ref",
            "@p", ":", ";", "$select=id", "$expand=schema", "$levels=max", "duration'P1D'", "2020-01-01", "microsoft.graph.externalConnectors.connectionState'ready'",
            "cast", "isof", "geo.distance", "\0", "\ud800", "😀", "{", "}", "[", "]", "\"", "add", "has", "-"),
        Gen.String[0, 4]).Array[0, 12].Select(pieces => string.Join(' ', pieces));

    [Fact]
    public void Whatever_is_asked_is_read_or_refused() => Gen.Select(Gen.OneOf("filter", "orderby", "select", "expand", "top", "skip", "count", "skiptoken", "format"), Text)
        .Sample(
            (option, text) =>
            {
                HttpRequest request = new DefaultHttpContext().Request;
                request.Query = new QueryCollection(new Dictionary<string, Microsoft.Extensions.Primitives.StringValues> { ["$" + option] = text });

                (QueryOptions? options, GraphError? error) = QueryOptions.Read(request, GraphVersion.Beta, ConnectionTypes.ExternalConnection, Everything, "schema");
                if (options is null)
                {
                    Assert.Equal(400, error!.Status);
                    return;
                }

                (Func<StoredConnection, bool>? matches, error) = ConnectionFilter.Read(options.Filter);
                Assert.True(matches is not null ^ error is { Status: 400 });
                _ = matches?.Invoke(Connection);
                (ConnectionOrder? order, error) = ConnectionOrder.Read(options.OrderBy);
                Assert.True(order is not null ^ error is { Status: 400 });
            },
            iter: 20_000);

    [Fact]
    public void Brackets_without_end_are_refused_and_do_no_harm()
    {
        HttpRequest request = new DefaultHttpContext().Request;
        foreach (string text in (string[])[new string('(', 100_000), string.Concat(Enumerable.Repeat("not ", 50_000)) + "true", string.Concat(Enumerable.Repeat("id eq 'a' or ", 50_000)) + "true"])
        {
            request.Query = new QueryCollection(new Dictionary<string, Microsoft.Extensions.Primitives.StringValues> { ["$filter"] = text });

            (QueryOptions? options, GraphError? error) = QueryOptions.Read(request, GraphVersion.V1, ConnectionTypes.ExternalConnection, Everything, "schema");

            Assert.Null(options);
            Assert.Equal((400, "invalidQueryOption"), (error!.Status, error.InnerCode));
            Assert.InRange(error.Reason!.Length, 1, 400);
        }
    }
}
