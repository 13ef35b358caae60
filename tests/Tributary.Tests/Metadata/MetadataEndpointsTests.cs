using System.Text.Json;
using System.Xml;
using Microsoft.OData.Edm;
using Microsoft.OData.Edm.Csdl;
using Microsoft.OData.Edm.Validation;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Metadata;

public class MetadataEndpointsTests(SharedServer shared) : IClassFixture<SharedServer>
{
    [Theory]
    [InlineData("v1.0", false)]
    [InlineData("beta", true)]
    public async Task Anybody_may_read_the_metadata_and_the_reader_takes_it(string version, bool hasQuota)
    {
        Answer answer = await GetAsync($"/{version}/$metadata", accept: null);

        answer.ShouldBe(200);
        Assert.Equal("application/xml", answer.ContentHeaders.ContentType!.ToString());
        Assert.Equal("4.0", answer.Headers.GetValues("OData-Version").Single());
        IEdmModel model = Parse(answer.Body);
        Assert.Equal(hasQuota, model.FindDeclaredType("microsoft.graph.externalConnectors.connectionQuota") is not null);
        Assert.Equal(["applications", "external", "groups", "me", "organization", "search", "servicePrincipals", "users"], model.EntityContainer.Elements.Select(element => element.Name).Order(StringComparer.Ordinal));
        Assert.Equal("microsoft.graph.GraphService", model.EntityContainer.FullName());
        Assert.Contains("<Schema Namespace=\"microsoft.graph\" Alias=\"graph\"", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/xml", "", "application/xml")]
    [InlineData("text/xml", "", "application/xml")]
    [InlineData("*/*", "", "application/xml")]
    [InlineData("text/html, application/xhtml+xml, */*;q=0.1", "", "application/xml")]
    [InlineData("application/json", "", "application/json")]
    [InlineData("application/json;q=0.5, application/xml", "", "application/xml")]
    [InlineData("application/json, application/xml;q=0.5", "", "application/json")]
    [InlineData("application/xml", "?$format=json", "application/json")]
    [InlineData("application/json", "?format=xml", "application/xml")]
    [InlineData("image/png", "?%24format=application/xml", "application/xml")]
    [InlineData("no accept at all; ;", "", "application/xml")]
    public async Task The_form_is_what_the_client_would_rather_have(string accept, string query, string contentType)
    {
        Answer answer = await GetAsync("/v1.0/$metadata" + query, accept);

        Assert.Equal(contentType, answer.ShouldBe(200).ContentHeaders.ContentType!.ToString());
        if (contentType == "application/json")
        {
            JsonElement connectors = answer.Json.GetProperty("microsoft.graph.externalConnectors");
            Assert.Equal(1, connectors.GetProperty("connectionState").GetProperty("draft").GetInt32());
        }
        else
        {
            Parse(answer.Body);
        }
    }

    [Theory]
    [InlineData("image/png", "")]
    [InlineData("application/xml;q=0, application/json;q=0", "")]
    [InlineData("*/*", "?$format=atom")]
    public async Task Another_form_is_406(string accept, string query) =>
        Assert.Equal("invalidAcceptType", (await GetAsync("/v1.0/$metadata" + query, accept)).ShouldBe(406, "notAcceptable").InnerCode);

    private async Task<Answer> GetAsync(string path, string? accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using HttpResponseMessage response = await shared.Server.Http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    private static IEdmModel Parse(string xml)
    {
        using var reader = XmlReader.Create(new StringReader(xml));
        Assert.True(CsdlReader.TryParse(reader, out IEdmModel model, out IEnumerable<EdmError> errors), string.Join('\n', errors));
        return model;
    }
}
