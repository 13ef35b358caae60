using System.Globalization;
using System.Text;

namespace Tributary.Graph;

/// <summary>A successful answer that is no JSON of an entity: the metadata document, or the number that a <c>/$count</c> segment asks for.</summary>
internal sealed class DocumentResult(byte[] document, string contentType) : IResult, IStatusCodeHttpResult
{
    public int? StatusCode => StatusCodes.Status200OK;

    public static DocumentResult Count(long count) => new(Encoding.ASCII.GetBytes(count.ToString(CultureInfo.InvariantCulture)), "text/plain");

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        response.ContentType = contentType;
        response.ContentLength = document.Length;
        response.Headers["OData-Version"] = "4.0";
        response.Headers.CacheControl = "no-cache";
        await response.Body.WriteAsync(document, httpContext.RequestAborted);
    }
}
