using System.Globalization;
using System.Text.Json;
using Microsoft.Graph;
using Microsoft.Graph.External.Connections.Item.Items.Item;
using Microsoft.Graph.External.Connections.Item.Items.Item.MicrosoftGraphExternalConnectorsAddActivities;
using Microsoft.Graph.Models.ExternalConnectors;
using Microsoft.Graph.Models.ODataErrors;
using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Serialization;
using Tributary.ConformanceTests.Hosting;
using Tributary.Tests.Hosting;

namespace Tributary.ConformanceTests.Sdk;

/// <summary><c>Connections[id].Items[id]</c>: what was put in is what comes out, type by type.</summary>
public sealed class ItemsTests(ServerFixture server) : IAsyncLifetime
{
    private const string Connection = "helpdesk01";

    private readonly Tenant _tenant = server.NewTenant();

    private GraphServiceClient Graph => _tenant.AsApp();

    public async ValueTask InitializeAsync()
    {
        await Graph.External.Connections.PostAsync(new ExternalConnection { Id = Connection, Name = "Help desk" });
        await Graph.External.Connections[Connection].Schema.PatchAsync(TypedSchema.Create());
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task An_item_is_answered_as_it_is_stored(string version)
    {
        ExternalItemItemRequestBuilder builder = _tenant.AsApp(version: version).External.Connections[Connection].Items["T4711"];
        ExternalItem item = Item(("title", "Printer on floor 3 jams"));
        item.Content = new ExternalItemContent { Type = ExternalItemContentType.Text, Value = "Paper jam since Monday …" };

        ExternalItem put = (await builder.PutAsync(item))!;
        ExternalItem got = (await builder.GetAsync())!;

        Assert.Equal(await JsonOf(got), await JsonOf(put));
        Assert.Equal("T4711", got.Id);
        Assert.Equal("Printer on floor 3 jams", got.Properties!.AdditionalData["title"]);
        Assert.Equal((ExternalItemContentType.Text, "Paper jam since Monday …"), (got.Content!.Type, got.Content.Value));
        Assert.Null(got.Activities);
        Assert.Equal($"{_tenant.Url}{version}/$metadata#external/connections('helpdesk01')/items/$entity", got.AdditionalData["@odata.context"]);
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(-1L)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(9007199254740993L)]
    public async Task An_Int64_keeps_every_digit(long value) => Assert.Contains($"\"votes\":{value.ToString(CultureInfo.InvariantCulture)}", await PutAndGetJsonAsync(("votes", value)), StringComparison.Ordinal);

    [Theory]
    [InlineData(0.5)]
    [InlineData(-1e-300)]
    [InlineData(double.MaxValue)]
    [InlineData(double.Epsilon)]
    [InlineData(3.0)]
    public async Task A_double_keeps_its_value(double value)
    {
        using JsonDocument item = JsonDocument.Parse(await PutAndGetJsonAsync(("weight", value)));

        Assert.Equal(value, item.RootElement.GetProperty("properties").GetProperty("weight").GetDouble());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_boolean_keeps_its_value(bool value) => Assert.Equal(value, (await PutAndGetAsync(("done", value))).Properties!.AdditionalData["done"]);

    [Fact]
    public async Task A_date_keeps_its_instant()
    {
        var date = new DateTimeOffset(2026, 3, 2, 9, 30, 0, 123, TimeSpan.FromHours(2));

        ExternalItem item = await PutAndGetAsync(("opened", date));

        Assert.Equal(date.UtcDateTime, Assert.IsType<DateTime>(item.Properties!.AdditionalData["opened"]).ToUniversalTime());
    }

    [Theory]
    [InlineData("Grüße aus Köln")]
    [InlineData("在宅勤務 😀 \u200d")]
    [InlineData("  not trimmed \t")]
    [InlineData("\"quoted\" \\ </script> \u0001 \r\n")]
    public async Task Text_keeps_every_character(string text)
    {
        ExternalItem item = await PutAndGetAsync(("title@odata.type", "String"), ("title", text));

        Assert.Equal(text, item.Properties!.AdditionalData["title"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_type_of_a_collection_may_stand_before_or_after_it(bool isBefore)
    {
        (string, object) type = ("tags@odata.type", "Collection(String)");
        (string, object) value = ("tags", new List<string> { "printer", "floor3" });

        ExternalItem item = await PutAndGetAsync(isBefore ? [type, value] : [value, ("title", "Between"), type]);

        Assert.Equal(["printer", "floor3"], Texts(item, "tags"));
    }

    [Theory]
    [InlineData("Collection(String)")]
    [InlineData("#Collection(String)")]
    [InlineData("Collection(Edm.String)")]
    public async Task The_type_of_a_collection_has_several_spellings(string type) =>
        Assert.Equal(["a", "b"], Texts(await PutAndGetAsync(("tags@odata.type", type), ("tags", new List<string> { "a", "b" })), "tags"));

    [Fact]
    public async Task Collections_of_numbers_and_dates_are_kept_in_order()
    {
        string json = await PutAndGetJsonAsync(
            ("levels", new UntypedArray([new UntypedLong(3), new UntypedLong(1), new UntypedLong(2)])),
            ("levels@odata.type", "Collection(Int64)"),
            ("ratios@odata.type", "Collection(Double)"),
            ("ratios", new UntypedArray([new UntypedDouble(0.5), new UntypedDouble(0.25)])),
            ("dates@odata.type", "Collection(DateTimeOffset)"),
            ("dates", new List<string> { "2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z" }));

        Assert.Contains("\"levels\":[3,1,2]", json, StringComparison.Ordinal);
        Assert.Contains("\"ratios\":[0.5,0.25]", json, StringComparison.Ordinal);
        Assert.Contains("\"dates\":[\"2026-01-02T00:00:00Z\",\"2026-01-01T00:00:00Z\"]", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_collection_is_one() =>
        Assert.Contains("\"tags\":[]", await PutAndGetJsonAsync(("tags@odata.type", "Collection(String)"), ("tags", new List<string>())), StringComparison.Ordinal);

    [Fact]
    public async Task HTML_is_given_back_as_it_was_sent()
    {
        const string Html = "<html><body><p>Paper jam &amp; <b>toner</b></p><script>alert('x')</script></body></html>";
        ExternalItem item = Item(("title", "Printer"));
        item.Content = new ExternalItemContent { Type = ExternalItemContentType.Html, Value = Html };

        await Graph.External.Connections[Connection].Items["T1"].PutAsync(item);
        ExternalItem got = (await Graph.External.Connections[Connection].Items["T1"].GetAsync())!;

        Assert.Equal((ExternalItemContentType.Html, Html), (got.Content!.Type, got.Content.Value));
    }

    [Fact]
    public async Task Every_kind_of_access_is_kept_in_order()
    {
        string guid = Guid.NewGuid().ToString();
        Acl[] acl =
        [
            new() { Type = AclType.User, Value = guid, AccessType = AccessType.Grant },
            new() { Type = AclType.Group, Value = guid, AccessType = AccessType.Grant },
            new() { Type = AclType.Everyone, Value = _tenant.Id, AccessType = AccessType.Deny },
            new() { Type = AclType.EveryoneExceptGuests, Value = "everyoneExceptGuests", AccessType = AccessType.Grant },
            new() { Type = AclType.ExternalGroup, Value = "nightshift", AccessType = AccessType.Grant },
        ];
        ExternalItem item = Item(("title", "Printer"));
        item.Acl = [.. acl];

        await Graph.External.Connections[Connection].Items["T1"].PutAsync(item);
        ExternalItem got = (await Graph.External.Connections[Connection].Items["T1"].GetAsync())!;

        Assert.Equal(acl.Select(entry => (entry.Type, entry.Value, entry.AccessType)), got.Acl!.Select(entry => (entry.Type, entry.Value, entry.AccessType)));
    }

    [Fact]
    public async Task A_second_put_replaces_the_item_whole()
    {
        ExternalItemItemRequestBuilder builder = Graph.External.Connections[Connection].Items["T1"];
        ExternalItem item = Item(("title", "Before"), ("votes", 7L));
        item.Content = new ExternalItemContent { Type = ExternalItemContentType.Text, Value = "Text" };
        await builder.PutAsync(item);

        await builder.PutAsync(Item(("title", "After")));

        ExternalItem got = (await builder.GetAsync())!;
        Assert.Equal("After", got.Properties!.AdditionalData["title"]);
        Assert.DoesNotContain("votes", got.Properties.AdditionalData.Keys);
        Assert.Null(got.Content);
    }

    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task A_PATCH_as_older_clients_send_it_changes_what_it_names_and_keeps_the_rest(string version)
    {
        GraphServiceClient graph = _tenant.AsApp(version: version);
        ExternalItem item = Item(("title", "Before"), ("votes", 7L));
        item.Content = new ExternalItemContent { Type = ExternalItemContentType.Text, Value = "Text" };
        await graph.External.Connections[Connection].Items["T1"].PutAsync(item);

        ExternalItem patched = await PatchAsync(
            graph, "T1", new ExternalItem { Properties = new Properties { AdditionalData = new Dictionary<string, object> { ["title"] = "After" } } });

        Assert.Equal("After", patched.Properties!.AdditionalData["title"]);
        Assert.DoesNotContain("votes", patched.Properties.AdditionalData.Keys);
        Assert.Equal("Text", patched.Content!.Value);
        Assert.Equal(AclType.Everyone, Assert.Single(patched.Acl!).Type);
        ODataError unknown = await Assert.ThrowsAsync<ODataError>(() => PatchAsync(graph, "T2", item));
        Assert.Equal((404, "ItemNotFound"), (unknown.ResponseStatusCode, unknown.Error!.Code));
    }

    [Fact]
    public async Task Activities_are_added_with_a_result_for_each()
    {
        string user = TokenClaims.Of(await _tenant.UserTokenAsync("reader")).GetProperty("oid").GetString()!;
        ExternalItemItemRequestBuilder builder = Graph.External.Connections[Connection].Items["T1"];
        await builder.PutAsync(Item(("title", "Printer")));
        ExternalActivity Viewed(string by) => new()
        {
            OdataType = "#microsoft.graph.externalConnectors.externalActivity",
            Type = ExternalActivityType.Viewed,
            StartDateTime = new DateTimeOffset(2026, 1, 10, 9, 0, 0, TimeSpan.Zero),
            PerformedBy = new Identity { Type = IdentityType.User, Id = by },
        };

        AddActivitiesPostResponse response = (await builder.MicrosoftGraphExternalConnectorsAddActivities.PostAsAddActivitiesPostResponseAsync(
            new AddActivitiesPostRequestBody { Activities = [Viewed(user), Viewed("0b1d0000-0000-0000-0000-000000000001")] }))!;

        Assert.Equal([ExternalActivityType.Viewed, ExternalActivityType.Viewed], response.Value!.Select(result => result.Type));
        Assert.Equal([null, "There is no user '0b1d0000-0000-0000-0000-000000000001'."], response.Value!.Select(result => result.Error?.Message));
        Assert.Null((await builder.GetAsync())!.Activities);
    }

    [Fact]
    public async Task Activities_may_be_sent_along_with_an_item()
    {
        string user = TokenClaims.Of(await _tenant.UserTokenAsync("reader")).GetProperty("oid").GetString()!;
        ExternalItem item = Item(("title", "Printer"));
        item.Activities =
        [
            new ExternalActivity
            {
                OdataType = "#microsoft.graph.externalConnectors.externalActivity",
                Type = ExternalActivityType.Created,
                StartDateTime = DateTimeOffset.UnixEpoch,
                PerformedBy = new Identity { Type = IdentityType.User, Id = user },
            },
        ];

        Assert.Equal("T1", (await Graph.External.Connections[Connection].Items["T1"].PutAsync(item))!.Id);

        item.Activities[0].OdataType = null;
        ODataError error = await Assert.ThrowsAsync<ODataError>(() => Graph.External.Connections[Connection].Items["T1"].PutAsync(item));
        Assert.Equal((400, "DeserializationError"), (error.ResponseStatusCode, error.InnerCode()));
    }

    [Fact]
    public async Task An_item_that_was_read_can_be_sent_back()
    {
        ExternalItemItemRequestBuilder builder = Graph.External.Connections[Connection].Items["T1"];
        await builder.PutAsync(Item(
            ("title", "Printer"), ("votes", 7L), ("opened", DateTimeOffset.UnixEpoch), ("tags", new List<string> { "a" }), ("tags@odata.type", "Collection(String)")));
        ExternalItem item = (await builder.GetAsync())!;
        item.AdditionalData.Remove("@odata.context");

        ExternalItem again = (await builder.PutAsync(item))!;

        Assert.Equal(7, Convert.ToInt64(again.Properties!.AdditionalData["votes"], CultureInfo.InvariantCulture));
        Assert.Equal(["a"], Texts(again, "tags"));
    }

    [Fact]
    public async Task A_deleted_item_is_gone()
    {
        ExternalItemItemRequestBuilder builder = Graph.External.Connections[Connection].Items["T1"];
        await builder.PutAsync(Item(("title", "Printer")));

        await builder.DeleteAsync();

        ODataError get = await Assert.ThrowsAsync<ODataError>(() => builder.GetAsync());
        ODataError delete = await Assert.ThrowsAsync<ODataError>(() => builder.DeleteAsync());
        Assert.Equal((404, "ItemNotFound"), (get.ResponseStatusCode, get.Error!.Code));
        Assert.Equal((404, "ItemNotFound"), (delete.ResponseStatusCode, delete.Error!.Code));
    }

    [Theory]
    [InlineData("T1")]
    [InlineData("a-b_c")]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    public async Task An_id_of_up_to_128_portable_letters_is_taken(string id) =>
        Assert.Equal(id, (await Graph.External.Connections[Connection].Items[id].PutAsync(Item(("title", "Printer"))))!.Id);

    [Theory]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a#b")]
    [InlineData("a?b")]
    [InlineData("a&b")]
    [InlineData("a+b")]
    [InlineData("a%b")]
    [InlineData("a%2Fb")]
    [InlineData("a.b")]
    [InlineData("a=b")]
    [InlineData("ä")]
    [InlineData("在宅")]
    [InlineData("a'b")]
    public async Task An_id_that_needs_percent_encoding_or_more_than_portable_letters_is_refused_readably(string id)
    {
        ODataError error = await Assert.ThrowsAsync<ODataError>(() => Graph.External.Connections[Connection].Items[id].PutAsync(Item(("title", "Printer"))));

        Assert.Equal((400, "InvalidRequest"), (error.ResponseStatusCode, error.Error!.Code));
        Assert.Equal("InvalidItemId", error.InnerCode());
        Assert.Contains("1 to 128 characters", error.Reason(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_that_is_too_long_is_refused_with_its_length()
    {
        ODataError error = await Assert.ThrowsAsync<ODataError>(
            () => Graph.External.Connections[Connection].Items[new string('a', 129)].PutAsync(Item(("title", "Printer"))));

        Assert.Equal((400, "InvalidItemId"), (error.ResponseStatusCode, error.InnerCode()));
        Assert.Contains("128", error.Reason(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_post_that_the_client_offers_is_answered_as_the_service_does()
    {
        ODataError error = await Assert.ThrowsAsync<ODataError>(() => Graph.External.Connections[Connection].Items.PostAsync(Item(("title", "Printer"))));

        Assert.Equal((404, "UnknownError"), (error.ResponseStatusCode, error.Error!.Code));
    }

    [Fact]
    public async Task Listing_items_is_refused_by_name()
    {
        ODataError list = await Assert.ThrowsAsync<ODataError>(() => Graph.External.Connections[Connection].Items.GetAsync());

        Assert.Equal((501, "NotImplemented"), (list.ResponseStatusCode, list.Error!.Code));
    }

    private async Task<ExternalItem> PutAndGetAsync(params (string Name, object Value)[] properties)
    {
        ExternalItemItemRequestBuilder builder = Graph.External.Connections[Connection].Items["T1"];
        await builder.PutAsync(Item(properties));
        return (await builder.GetAsync())!;
    }

    /// <summary>Clients of that time had the verb on the request builder; the model and the serialisation are the same.</summary>
    private static async Task<ExternalItem> PatchAsync(GraphServiceClient graph, string id, ExternalItem item)
    {
        RequestInformation request = graph.External.Connections[Connection].Items[id].ToPutRequestInformation(item);
        request.HttpMethod = Method.PATCH;
        var errors = new Dictionary<string, ParsableFactory<IParsable>> { ["XXX"] = ODataError.CreateFromDiscriminatorValue };
        return (await graph.RequestAdapter.SendAsync(request, ExternalItem.CreateFromDiscriminatorValue, errors))!;
    }

    /// <summary>For what the client's own reading of numbers would hide: it takes them for decimals where it can.</summary>
    private async Task<string> PutAndGetJsonAsync(params (string Name, object Value)[] properties)
    {
        await Graph.External.Connections[Connection].Items["T1"].PutAsync(Item(properties));
        return (await _tenant.SendAsync(HttpMethod.Get, $"/v1.0/external/connections/{Connection}/items/T1")).ShouldBe(200).Body;
    }

    private ExternalItem Item(params (string Name, object Value)[] properties) => new()
    {
        Acl = [new Acl { Type = AclType.Everyone, Value = _tenant.Id, AccessType = AccessType.Grant }],
        Properties = new Properties { AdditionalData = properties.ToDictionary(property => property.Name, property => property.Value) },
    };

    private static IEnumerable<string?> Texts(ExternalItem item, string name) =>
        ((UntypedArray)item.Properties!.AdditionalData[name]).GetValue().Select(value => ((UntypedString)value).GetValue());

    private static Task<string> JsonOf(IParsable model) => KiotaJsonSerializer.SerializeAsStringAsync(model);
}
