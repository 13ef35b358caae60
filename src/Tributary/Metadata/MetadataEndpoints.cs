using System.Text.Json;
using System.Xml;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using Microsoft.OData.Edm;
using Microsoft.OData.Edm.Csdl;
using Microsoft.OData.Edm.Validation;
using Tributary.Auth;
using Tributary.Graph;

namespace Tributary.Metadata;

/// <summary>
/// <c>/$metadata</c>: what the version has, in XML or, where it is asked for, in JSON (https://learn.microsoft.com/graph/traverse-the-graph). For everybody, as
/// on the real service.
/// </summary>
internal static class MetadataEndpoints
{
    public static void MapMetadata(this IEndpointRouteBuilder endpoints, GraphVersion version)
    {
        // Written when first asked for, and once.
        CloudSurface surface = endpoints.ServiceProvider.GetRequiredService<CloudSurface>();
        var model = new Lazy<IEdmModel>(() => surface == CloudSurface.Whole ? EdmModels.Of(version) : EdmModels.Build(version, surface));
        var xml = new Lazy<byte[]>(() => WriteXml(model.Value));
        var json = new Lazy<byte[]>(() => WriteJson(model.Value));
        endpoints
            .MapGet("/$metadata", (HttpContext http) => Get(http, xml, json))
            .AllowAnonymousCaller()
            .WithMetadata(AnswersOtherThanJson.Instance);
    }

    /// <summary>XML unless JSON is what the client would rather have: tools send <c>*/*</c> and expect XML.</summary>
    private static Results<DocumentResult, GraphErrorResult> Get(HttpContext http, Lazy<byte[]> xmlDocument, Lazy<byte[]> jsonDocument)
    {
        if (QueryOptions.FormatOrNull(http.Request.Query) is { } format)
        {
            return format.ToLowerInvariant().Split(';')[0] switch
            {
                "xml" or "application/xml" => InXml(),
                "json" or "application/json" => InJson(),
                _ => new GraphErrorResult(GraphErrors.NotAcceptable($"$format is '{format}'; the metadata is there as xml and as json.")),
            };
        }

        if (!MediaTypeHeaderValue.TryParseList(http.Request.Headers.Accept, out IList<MediaTypeHeaderValue>? accepted) || accepted.Count == 0)
        {
            return InXml();
        }

        double xml = AcceptedFormat.QualityOf(accepted, "application/xml", "text/xml");
        double json = AcceptedFormat.QualityOf(accepted, "application/json");
        return json > xml ? InJson() : xml > 0
            ? InXml()
            : new GraphErrorResult(GraphErrors.NotAcceptable("The metadata is there as application/xml and as application/json."));

        DocumentResult InXml() => new(xmlDocument.Value, "application/xml");

        DocumentResult InJson() => new(jsonDocument.Value, "application/json");
    }

    private static byte[] WriteXml(IEdmModel model)
    {
        using var document = new MemoryStream();
        using (var writer = XmlWriter.Create(document, new XmlWriterSettings { Encoding = new System.Text.UTF8Encoding(false) }))
        {
            Succeed(CsdlWriter.TryWriteCsdl(model, writer, CsdlTarget.OData, out IEnumerable<EdmError> errors), errors);
        }

        return document.ToArray();
    }

    private static byte[] WriteJson(IEdmModel model)
    {
        using var document = new MemoryStream();
        using (var writer = new Utf8JsonWriter(document))
        {
            Succeed(CsdlWriter.TryWriteCsdl(model, writer, new CsdlJsonWriterSettings(), out IEnumerable<EdmError> errors), errors);
        }

        return document.ToArray();
    }

    private static void Succeed(bool isWritten, IEnumerable<EdmError> errors)
    {
        if (!isWritten)
        {
            throw new InvalidOperationException("The model cannot be written: " + string.Join(" ", errors));
        }
    }
}
