using Microsoft.Graph;
using Microsoft.Graph.Models.ExternalConnectors;
using Microsoft.Graph.Models.ODataErrors;
using Tributary.ConformanceTests.Hosting;
using Tributary.Tests.Hosting;

namespace Tributary.ConformanceTests.Sdk;

/// <summary>Refusals as the client shows them: an <see cref="ODataError"/> with code, message and the ids that support would ask for.</summary>
public sealed class ErrorsTests(ServerFixture server)
{
    private const string ClientRequestId = "0a1b2c3d-0000-4000-8000-00000000e440";

    private readonly Tenant _tenant = server.NewTenant();

    [Fact]
    public async Task A_malformed_request_is_400_with_the_reason_inside()
    {
        ODataError error = await FailsAsync(_tenant.AsApp(), graph => graph.External.Connections.PostAsync(
            new ExternalConnection { Id = "contoso-hr", Name = "Contoso HR" }, Identify));

        AssertIs(error, 400, "InvalidRequest", "The request is malformed or incorrect.");
        Assert.Equal("InvalidConnectionId", error.InnerCode());
        Assert.Contains("$.id", error.Reason(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_token_is_401()
    {
        ODataError error = await FailsAsync(_tenant.WithToken("no.token.atall"), graph => graph.External.Connections["contosohr"].GetAsync(Identify));

        Assert.Equal(401, error.ResponseStatusCode);
        Assert.Equal("InvalidAuthenticationToken", error.Error!.Code);
        Assert.NotEmpty(error.Error.Message!);
        AssertHasIds(error);
    }

    [Fact]
    public async Task A_missing_permission_is_403()
    {
        ODataError error = await FailsAsync(_tenant.AsApp(Tenant.ReadApp), graph => graph.External.Connections.PostAsync(
            new ExternalConnection { Id = "contosohr", Name = "Contoso HR" }, Identify));

        AssertIs(error, 403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
        Assert.Contains("ExternalConnection.ReadWrite", error.Reason(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_who_is_no_administrator_is_403_where_an_administrator_is_not()
    {
        ODataError error = await FailsAsync(_tenant.AsUser("reader"), graph => graph.External.Connections.PostAsync(
            new ExternalConnection { Id = "contosohr", Name = "Contoso HR" }, Identify));
        AssertIs(error, 403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");

        Assert.NotNull(await _tenant.AsUser("admin").External.Connections.PostAsync(new ExternalConnection { Id = "contosohr", Name = "Contoso HR" }));
    }

    [Fact]
    public async Task What_does_not_exist_is_404_with_its_kind()
    {
        ODataError connection = await FailsAsync(_tenant.AsApp(), graph => graph.External.Connections["contosohr"].GetAsync(Identify));
        AssertIs(connection, 404, "ItemNotFound", "The requested resource does not exist.");
        Assert.Equal(("ResourceNotFound", "'Connection' was not found."), (connection.InnerCode(), connection.Reason()));

        await _tenant.AsApp().External.Connections.PostAsync(new ExternalConnection { Id = "contosohr", Name = "Contoso HR" });
        ODataError schema = await FailsAsync(_tenant.AsApp(), graph => graph.External.Connections["contosohr"].Schema.GetAsync(Identify));
        AssertIs(schema, 404, "ItemNotFound", "The requested resource does not exist.");
        Assert.Equal("'Schema' was not found.", schema.Reason());

        ODataError operation = await FailsAsync(_tenant.AsApp(), graph => graph.External.Connections["contosohr"].Operations["none"].GetAsync(Identify));
        AssertIs(operation, 404, "ItemNotFound", "The requested resource does not exist.");
    }

    [Fact]
    public async Task Another_apps_connection_is_404_to_read_and_409_to_create()
    {
        const string OtherApp = "11111111-2222-4333-8444-555555555555";
        await _tenant.AsApp(OtherApp).External.Connections.PostAsync(new ExternalConnection { Id = "contosohr", Name = "Contoso HR" });

        AssertIs(
            await FailsAsync(_tenant.AsApp(), graph => graph.External.Connections["contosohr"].GetAsync(Identify)),
            404,
            "ItemNotFound",
            "The requested resource does not exist.");
        AssertIs(
            await FailsAsync(_tenant.AsApp(), graph => graph.External.Connections.PostAsync(new ExternalConnection { Id = "contosohr", Name = "Mine" }, Identify)),
            409,
            "NameAlreadyExists",
            "The specified resource name already exists.");
    }

    [Theory]
    [InlineData("contosohr", "Another name")]
    [InlineData("another", "Contoso HR")]
    public async Task An_id_or_name_that_is_taken_is_409(string id, string name)
    {
        await _tenant.AsApp().External.Connections.PostAsync(new ExternalConnection { Id = "contosohr", Name = "Contoso HR" });

        ODataError error = await FailsAsync(_tenant.AsApp(), graph => graph.External.Connections.PostAsync(new ExternalConnection { Id = id, Name = name }, Identify));

        AssertIs(error, 409, "NameAlreadyExists", "The specified resource name already exists.");
    }

    [Fact]
    public async Task An_item_before_the_schema_is_400_and_says_that_the_connection_is_not_ready()
    {
        await _tenant.AsApp().External.Connections.PostAsync(new ExternalConnection { Id = "contosohr", Name = "Contoso HR" });

        ODataError error = await FailsAsync(_tenant.AsApp(), graph => graph.External.Connections["contosohr"].Items["T1"].PutAsync(Item("Text"), Identify));

        AssertIs(error, 400, "InvalidRequest", "The request is malformed or incorrect.");
        Assert.Equal("ConnectionNotReady", error.InnerCode());
    }

    [Fact]
    public async Task An_item_with_a_property_that_the_schema_does_not_have_is_400_and_names_it()
    {
        GraphServiceClient graph = _tenant.AsApp();
        await graph.External.Connections.PostAsync(new ExternalConnection { Id = "contosohr", Name = "Contoso HR" });
        await graph.External.Connections["contosohr"].Schema.PatchAsync(TypedSchema.Create());
        ExternalItem item = Item("Text");
        item.Properties!.AdditionalData["shoeSize"] = 43L;
        item.Properties.AdditionalData["tags"] = new List<string> { "no", "annotation" };

        ODataError error = await FailsAsync(graph, client => client.External.Connections["contosohr"].Items["T1"].PutAsync(item, Identify));

        AssertIs(error, 400, "InvalidRequest", "The request is malformed or incorrect.");
        Assert.Contains("shoeSize", error.Reason(), StringComparison.Ordinal);
        Assert.Contains("tags", error.Reason(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_with_several_mistakes_names_them_all_at_once()
    {
        await _tenant.AsApp().External.Connections.PostAsync(new ExternalConnection { Id = "contosohr", Name = "Contoso HR" });
        var schema = new Schema
        {
            BaseType = "microsoft.graph.externalItem",
            Properties =
            [
                new Property { Name = "done", Type = PropertyType.Boolean, IsRefinable = true },
                new Property { Name = "two words", Type = PropertyType.String },
                new Property { Name = "votes", Type = PropertyType.Int64, IsSearchable = true },
            ],
        };

        ODataError error = await FailsAsync(_tenant.AsApp(), graph => graph.External.Connections["contosohr"].Schema.PatchAsync(schema, Identify));

        AssertIs(error, 400, "InvalidRequest", "The request is malformed or incorrect.");
        Assert.Equal("RefinerShouldNotBeOfType", error.InnerCode());
        Assert.Contains("Refiner property 'done' cannot be of type 'Boolean'.", error.Reason(), StringComparison.Ordinal);
        Assert.Contains("two words", error.Reason(), StringComparison.Ordinal);
        Assert.Contains("$.properties[2]", error.Reason(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_item_over_the_limit_is_413_and_the_next_one_is_taken()
    {
        await using TestServer small = await TestServer.StartAsync("Items:MaxBytes=100000");
        GraphServiceClient graph = new Tenant(small).AsApp();
        await graph.External.Connections.PostAsync(new ExternalConnection { Id = "contosohr", Name = "Contoso HR" });
        await graph.External.Connections["contosohr"].Schema.PatchAsync(TypedSchema.Create());

        ODataError error = await FailsAsync(graph, client => client.External.Connections["contosohr"].Items["T1"].PutAsync(Item(new string('a', 100_000)), Identify));

        Assert.Equal((413, "RequestEntityTooLarge"), (error.ResponseStatusCode, error.Error!.Code));
        AssertHasIds(error);
        Assert.NotNull(await graph.External.Connections["contosohr"].Items["T1"].PutAsync(Item(new string('a', 90_000))));
    }

    [Fact]
    public async Task An_error_in_the_middle_of_a_search_is_mapped_too()
    {
        ODataError error = await Assert.ThrowsAsync<ODataError>(() => _tenant.AsUser("reader").SearchPageAsync("contosohr", " "));

        Assert.Equal(400, error.ResponseStatusCode);
        Assert.NotEmpty(error.Error!.Code!);
        Assert.NotEmpty(error.Error.Message!);
    }

    private static void Identify<T>(Microsoft.Kiota.Abstractions.RequestConfiguration<T> request)
        where T : class, new() => request.Headers.Add("client-request-id", ClientRequestId);

    private static Task<ODataError> FailsAsync(GraphServiceClient graph, Func<GraphServiceClient, Task> call) =>
        Assert.ThrowsAsync<ODataError>(() => call(graph));

    private static void AssertIs(ODataError error, int status, string code, string message)
    {
        Assert.Equal((status, code, message), (error.ResponseStatusCode, error.Error!.Code, error.Error.Message));
        Assert.Equal(message, error.Message);
        AssertHasIds(error);
    }

    private static void AssertHasIds(ODataError error)
    {
        InnerError inner = error.Error!.InnerError!;
        Assert.Equal(ClientRequestId, inner.ClientRequestId);
        Assert.True(Guid.TryParse(inner.RequestId, out _));
        Assert.Equal(inner.RequestId, error.ResponseHeaders["request-id"].Single());
        Assert.InRange(new DateTimeOffset(inner.Date!.Value.DateTime, TimeSpan.Zero), DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(5));
    }

    private static ExternalItem Item(string content) => new()
    {
        Acl = [new Acl { Type = AclType.Everyone, Value = "everyone", AccessType = AccessType.Grant }],
        Properties = new Properties { AdditionalData = new Dictionary<string, object> { ["title"] = "Printer" } },
        Content = new ExternalItemContent { Type = ExternalItemContentType.Text, Value = content },
    };
}
