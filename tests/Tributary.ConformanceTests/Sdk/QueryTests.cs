using Microsoft.Graph;
using Microsoft.Graph.Models.ExternalConnectors;
using Tributary.ConformanceTests.Hosting;

namespace Tributary.ConformanceTests.Sdk;

/// <summary>Query options and pages as the client asks for them and walks through them.</summary>
public sealed class QueryTests(ServerFixture server)
{
    private readonly Tenant _tenant = server.NewTenant();

    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task The_page_iterator_shows_every_connection_once_and_in_order(string version)
    {
        GraphServiceClient graph = _tenant.AsApp(version: version);
        foreach (string id in (string[])["delta", "alpha", "echo", "charlie", "bravo"])
        {
            await graph.External.Connections.PostAsync(new ExternalConnection { Id = id, Name = "Name of " + id });
        }

        ExternalConnectionCollectionResponse first = (await graph.External.Connections.GetAsync(request =>
        {
            request.QueryParameters.Top = 2;
            request.QueryParameters.Orderby = ["name desc"];
            request.QueryParameters.Filter = "state eq 'draft' and id ne 'echo'";
            request.QueryParameters.Select = ["id", "name"];
            request.QueryParameters.Count = true;
        }))!;
        var names = new List<string>();
        var pages = PageIterator<ExternalConnection, ExternalConnectionCollectionResponse>.CreatePageIterator(
            graph,
            first,
            connection =>
            {
                names.Add(connection.Name!);
                return true;
            });
        await pages.IterateAsync();

        Assert.Equal(4, first.OdataCount);
        Assert.Equal(2, first.Value!.Count);
        Assert.Null(first.Value[0].Configuration);
        Assert.Equal(["Name of delta", "Name of charlie", "Name of bravo", "Name of alpha"], names);
    }

    [Fact]
    public async Task Counts_lists_and_expanded_schemas_are_what_the_client_makes_of_them()
    {
        GraphServiceClient graph = _tenant.AsApp();
        await graph.External.Connections.PostAsync(new ExternalConnection { Id = "helpdesk01", Name = "Help desk" });
        await graph.External.Connections["helpdesk01"].Schema.PatchAsync(new Schema
        {
            BaseType = "microsoft.graph.externalItem",
            Properties = [new Property { Name = "icon", Type = PropertyType.String, IsRetrievable = true, Labels = [Label.IconUrl] }],
        });
        await graph.External.Connections["helpdesk01"].Groups.PostAsync(new ExternalGroup { Id = "nightshift", DisplayName = "Night shift" });
        await graph.External.Connections["helpdesk01"].Groups["nightshift"].Members.PostAsync(new Identity { Id = "dayshift", Type = IdentityType.ExternalGroup });

        ExternalConnection expanded = (await graph.External.Connections["helpdesk01"].GetAsync(request =>
        {
            request.QueryParameters.Expand = ["schema"];
            request.Headers.Add("Prefer", "include-unknown-enum-members");
        }))!;

        Assert.Equal([Label.IconUrl], Assert.Single(expanded.Schema!.Properties!).Labels!);
        Assert.Equal(1, await graph.External.Connections.Count.GetAsync());
        Assert.Equal(1, await graph.External.Connections["helpdesk01"].Groups.Count.GetAsync());
        Assert.Equal("Night shift", Assert.Single((await graph.External.Connections["helpdesk01"].Groups.GetAsync())!.Value!).DisplayName);
        Assert.Equal("dayshift", Assert.Single((await graph.External.Connections["helpdesk01"].Groups["nightshift"].Members.GetAsync())!.Value!).Id);
        Assert.Equal(IdentityType.ExternalGroup, (await graph.External.Connections["helpdesk01"].Groups["nightshift"].Members["dayshift"].GetAsync())!.Type);
        Assert.Equal(ConnectionOperationStatus.Completed, Assert.Single((await graph.External.Connections["helpdesk01"].Operations.GetAsync())!.Value!).Status);
    }
}
