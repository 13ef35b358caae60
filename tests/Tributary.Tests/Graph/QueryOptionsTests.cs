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

    /// <summary>What only the library's own texts about itself have.</summary>
    private static readonly string[] Internals = ["internal error", "codepath", "Microsoft.OData", "IEdm", "ODataUriParser", "QueryNode", "QueryToken", "exception"];

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
                    Assert.All(Internals, word => Assert.DoesNotContain(word, error.Message + error.Reason, StringComparison.OrdinalIgnoreCase));
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
    public void No_operator_between_any_two_operands_brings_out_what_the_library_says_of_itself()
    {
        HttpRequest request = new DefaultHttpContext().Request;
        string[] operands = ["id", "state", "configuration", "schema", "items", "configuration/authorizedAppIds", "'a'", "1", "1.5", "true", "null", "duration'P1D'", "2020-01-01", "$it", "@p",
            "microsoft.graph.externalConnectors.connectionState'ready'", "length(id)", "(id eq 'a')"];
        int refused = 0;
        foreach (string verb in (string[])["eq", "ne", "gt", "ge", "lt", "le", "has", "and", "or", "add", "sub", "mul", "div", "mod", "in"])
        {
            foreach (string left in operands)
            {
                foreach (string right in operands)
                {
                    request.Query = new QueryCollection(new Dictionary<string, Microsoft.Extensions.Primitives.StringValues> { ["$filter"] = $"{left} {verb} {right}" });

                    (QueryOptions? options, GraphError? error) = QueryOptions.Read(request, GraphVersion.V1, ConnectionTypes.ExternalConnection, Everything, "schema");
                    error ??= ConnectionFilter.Read(options!.Filter).Error;

                    refused += error is null ? 0 : 1;
                    Assert.All(Internals, word => Assert.DoesNotContain(word, error?.Message + error?.Reason, StringComparison.OrdinalIgnoreCase));
                }
            }
        }

        Assert.InRange(refused, 3000, 15 * 18 * 18);
    }

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
