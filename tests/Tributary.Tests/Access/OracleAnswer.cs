using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Access;

/// <summary>
/// An answer without what two servers are bound to tell differently: ids of requests, their own address, and the numbers that their stores gave connections and items
/// (<c>documentId</c>, <c>immutableEntryId</c> and the first part of <c>substrateContentDomainId</c>).
/// </summary>
internal static partial class OracleAnswer
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The length is that of the body, which is compared without its numbers.</summary>
    private static readonly HashSet<string> OfTheRequest = new(StringComparer.OrdinalIgnoreCase) { "Date", "Content-Length", "request-id", "client-request-id", "x-ms-ags-diagnostic" };

    /// <summary>Everything, to the byte.</summary>
    public static string Whole(Answer answer, Uri server) => Head(answer) + Neutral(answer.Body, server);

    /// <summary>Everything but the order of hits: without ranks, sorted.</summary>
    public static string AsSet(Answer answer, Uri server) => Rearranged(answer, server, hits => [.. hits.OrderBy(hit => hit, StringComparer.Ordinal)]);

    /// <summary>Everything but which hits these are.</summary>
    public static string Counted(Answer answer, Uri server) => Rearranged(answer, server, hits => [$"{hits.Count} hits"]);

    private static string Rearranged(Answer answer, Uri server, Func<List<string>, List<string>> arrange)
    {
        if (answer.Status != 200)
        {
            return Whole(answer, server);
        }

        JsonNode body = JsonNode.Parse(Neutral(answer.Body, server))!;
        foreach (JsonNode? response in (JsonArray)body["value"]!)
        {
            foreach (JsonNode? container in (JsonArray)response!["hitsContainers"]!)
            {
                if (container!["hits"] is not JsonArray hits)
                {
                    continue;
                }

                foreach (JsonNode? hit in hits)
                {
                    ((JsonObject)hit!).Remove("rank");
                }

                container["hits"] = new JsonArray([.. arrange([.. hits.Select(hit => hit!.ToJsonString(Relaxed))]).Select(text => (JsonNode?)text)]);
            }

            // Which come first depends on which hits do.
            if (response["resultTemplates"] is JsonObject templates)
            {
                response["resultTemplates"] = string.Join(' ', templates.Select(template => template.Key).Order(StringComparer.Ordinal));
            }
        }

        return Head(answer) + body.ToJsonString(Relaxed);
    }

    private static string Head(Answer answer)
    {
        var head = new StringBuilder().Append(answer.Status).AppendLine();
        foreach ((string name, IEnumerable<string> values) in answer.Headers.Concat(answer.ContentHeaders).OrderBy(header => header.Key, StringComparer.Ordinal))
        {
            if (!OfTheRequest.Contains(name))
            {
                head.Append(name).Append(": ").AppendJoin(", ", values).AppendLine();
            }
        }

        return head.ToString();
    }

    private static string Neutral(string body, Uri server) =>
        Numbers().Replace(Ids().Replace(body, "\"$1\":\"-\""), "${1}0").Replace(server.GetLeftPart(UriPartial.Authority), "http://server", StringComparison.Ordinal);

    [GeneratedRegex("\"(request-id|client-request-id|TraceId|date|immutableEntryId)\":\"[^\"]*\"")]
    private static partial Regex Ids();

    [GeneratedRegex("(\"documentId\":|\"substrateContentDomainId\":\")[0-9a-f]+")]
    private static partial Regex Numbers();
}
