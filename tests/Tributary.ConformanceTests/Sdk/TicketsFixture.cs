using Microsoft.Graph;
using Microsoft.Graph.Models.ExternalConnectors;
using Microsoft.Kiota.Abstractions.Serialization;
using Tributary.ConformanceTests.Hosting;

namespace Tributary.ConformanceTests.Sdk;

/// <summary>A dozen tickets with a value of each type, for tests that only look.</summary>
public sealed class TicketsFixture(ServerFixture server) : IAsyncLifetime
{
    internal const string Connection = "helpdesk01";
    internal const int Count = 12;

    internal Tenant Tenant { get; } = server.NewTenant();

    public async ValueTask InitializeAsync()
    {
        await CreateAsync(Tenant);
        foreach (int number in Enumerable.Range(1, Count))
        {
            await PutAsync(Tenant, $"T{number}", number);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal static async Task CreateAsync(Tenant tenant)
    {
        GraphServiceClient graph = tenant.AsApp();
        await graph.External.Connections.PostAsync(new ExternalConnection { Id = Connection, Name = "Help desk" });
        await graph.External.Connections[Connection].Schema.PatchAsync(TypedSchema.Create());
    }

    internal static async Task PutAsync(Tenant tenant, string id, int number, string content = "Paper jam since Monday: it began on Monday at nine.") =>
        await tenant.AsApp().External.Connections[Connection].Items[id].PutAsync(new ExternalItem
        {
            Acl = [new Acl { Type = AclType.Everyone, Value = tenant.Id, AccessType = AccessType.Grant }],
            Properties = new Properties
            {
                AdditionalData = new Dictionary<string, object>
                {
                    ["title"] = $"Printer {number} jams",
                    ["status"] = number % 2 == 0 ? "open" : "closed",
                    ["votes"] = (long)number,
                    ["weight"] = number / 4.0,
                    ["done"] = number % 2 == 0,
                    ["opened"] = new DateTimeOffset(2026, 1, 1, 8, 0, 0, TimeSpan.Zero).AddDays(number - 1),
                    ["tags@odata.type"] = "Collection(String)",
                    ["tags"] = new List<string> { "printer", $"floor{number}" },
                    ["levels"] = new UntypedArray([new UntypedLong(number), new UntypedLong(number * 2L)]),
                    ["levels@odata.type"] = "Collection(Int64)",
                    ["ratios@odata.type"] = "Collection(Double)",
                    ["ratios"] = new UntypedArray([new UntypedDouble(0.5), new UntypedDouble(number + 0.25)]),
                    ["dates@odata.type"] = "Collection(DateTimeOffset)",
                    ["dates"] = new List<string> { new DateTime(2026, 2, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(number - 1).ToString("O") },
                    ["secret"] = "hush",
                },
            },
            Content = new ExternalItemContent { Type = ExternalItemContentType.Text, Value = content },
        });
}
