// A connector and its user with Azure.Identity and Microsoft.Graph, as their documentation has it: no base address, no allowed host, no transport of its own. Leads one connection from
// creation to a hit, with each kind of credential, or asks as a managed identity only. Prints one line of JSON.
using System.Text.Json;
using System.Text.RegularExpressions;
using Azure.Core;
using Azure.Identity;
using Microsoft.Graph;
using Microsoft.Graph.Models;
using Microsoft.Graph.Models.ExternalConnectors;
using Microsoft.Graph.Search.Query;

const string Connection = "azurenet";

if (args is not [var tenant, var app, var certificate])
{
    ExternalConnectionCollectionResponse? connections = await ClientFor(new ManagedIdentityCredential(ManagedIdentityId.SystemAssigned)).External.Connections.GetAsync();
    Console.WriteLine(JsonSerializer.Serialize(new Dictionary<string, int> { ["connections"] = connections!.Value!.Count }));
    return;
}

Dictionary<string, string> seen = [];
GraphServiceClient connector = ClientFor(new ClientSecretCredential(tenant, app, "any secret"));
seen["created"] = $"{(await connector.External.Connections.PostAsync(new ExternalConnection { Id = Connection, Name = ".NET", Description = "With Azure.Identity" }))!.State}";
await connector.External.Connections[Connection].Schema.PatchAsync(new Schema
{
    BaseType = "microsoft.graph.externalItem",
    Properties = [new Property { Name = "title", Type = PropertyType.String, IsSearchable = true, IsQueryable = true, IsRetrievable = true, Labels = [Label.Title] }],
});
await connector.External.Connections[Connection].Items["T1"].PutAsync(new ExternalItem
{
    Acl = [new Acl { Type = AclType.Everyone, Value = "everyone", AccessType = AccessType.Grant }],
    Properties = new Properties { AdditionalData = new Dictionary<string, object> { ["title"] = "Printer jams" } },
    Content = new ExternalItemContent { Type = ExternalItemContentType.Text, Value = "Paper jam since Monday" },
});

foreach ((string name, TokenCredential credential) in new (string, TokenCredential)[]
{
    ("certificate", new ClientCertificateCredential(tenant, app, certificate)),
    ("managedIdentity", new ManagedIdentityCredential(ManagedIdentityId.SystemAssigned)),
    ("managedIdentityOfClient", new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(app))),
})
{
    seen[name] = $"{(await ClientFor(credential).External.Connections[Connection].GetAsync())!.State}";
}

GraphServiceClient user = ClientFor(new DeviceCodeCredential(new DeviceCodeCredentialOptions { TenantId = tenant, ClientId = app, DeviceCodeCallback = EnterAsync }));
QueryPostResponse? answer = await user.Search.Query.PostAsQueryPostResponseAsync(new QueryPostRequestBody
{
    Requests = [new SearchRequest { EntityTypes = [EntityType.ExternalItem], ContentSources = [$"/external/connections/{Connection}"], Query = new SearchQuery { QueryString = "jam" } }],
});
var hit = (ExternalItem)answer!.Value![0].HitsContainers![0].Hits!.Single().Resource!;
seen["deviceCode"] = $"{hit.Properties!.AdditionalData["title"]}";

await connector.External.Connections[Connection].DeleteAsync();
Console.WriteLine(JsonSerializer.Serialize(seen));

static GraphServiceClient ClientFor(TokenCredential credential) => new(credential);

// What a user does in a browser, with the code that the program shows.
static async Task EnterAsync(DeviceCodeInfo code, CancellationToken cancellationToken)
{
    using var browser = new HttpClient();
    using var entered = new FormUrlEncodedContent([new("otc", code.UserCode)]);
    HttpResponseMessage page = await browser.PostAsync(code.VerificationUri, entered, cancellationToken);
    string token = Regex.Match(await page.Content.ReadAsStringAsync(cancellationToken), "name=\"token\" value=\"([^\"]+)\"").Groups[1].Value;
    using var picked = new FormUrlEncodedContent([new("token", token), new("user", "reader@tributary.local")]);
    (await browser.PostAsync(new Uri("https://login.microsoftonline.com/common/login"), picked, cancellationToken)).EnsureSuccessStatusCode();
}
