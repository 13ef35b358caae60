using System.Text.Json;
using Tributary.Auth;
using Tributary.Graph;
using Tributary.Indexing;
using FromServicesAttribute = Microsoft.AspNetCore.Mvc.FromServicesAttribute;

namespace Tributary.Nodes;

/// <summary><c>/tributary/nodes</c>: the operator sees which nodes serve the store, and how far the indexes of each are behind. docs/operations.md tells more.</summary>
internal static class NodeEndpoints
{
    public static void MapNodes(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder nodes = endpoints.MapGroup("/tributary/nodes");
        nodes.RequireOperator();
        nodes.MapGet("", GetAsync);
    }

    private static async Task<GraphResult> GetAsync(
        [FromServices] NodeStore nodes, [FromServices] IndexCatalog indexes, [FromServices] ThisNode self, [FromServices] TimeProvider time, CancellationToken cancellationToken)
    {
        IReadOnlyList<RegisteredNode> known = await nodes.ListAsync(indexes.Lag, time.GetUtcNow(), cancellationToken);
        return GraphResult.Ok(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("value");
            foreach (RegisteredNode node in known)
            {
                Write(writer, node, node.Id == self.Id);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter writer, RegisteredNode node, bool isThis)
    {
        writer.WriteStartObject();
        if (node.Id.Length > 0)
        {
            writer.WriteString("id", node.Id);
        }
        else
        {
            writer.WriteNull("id");
        }

        writer.WriteString("name", node.Name);
        writer.WriteString("state", StateOf(node.State));
        writer.WriteBoolean("isThis", isThis);
        writer.WriteString("build", node.Build);
        writer.WriteString("startedDateTime", node.Started.UtcDateTime);
        writer.WriteString("seenDateTime", node.Seen.UtcDateTime);
        writer.WriteNumber("openIndexes", node.Lag.Open);
        writer.WriteNumber("lagChanges", node.Lag.Changes);
        writer.WriteNumber("lagSeconds", Math.Round(node.Lag.Time.TotalSeconds, 3));
        writer.WriteEndObject();
    }

    private static string StateOf(NodeState state) => state switch
    {
        NodeState.Running => "running",
        NodeState.Stopped => "stopped",
        _ => "gone",
    };
}
