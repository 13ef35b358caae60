using System.Globalization;
using System.Text.Json;
using Microsoft.Net.Http.Headers;

namespace Tributary.Graph;

/// <summary>
/// The form of JSON that a request asks for by <c>$format</c> or <c>Accept</c> (protocol 6.1). Level <c>full</c> is served as minimal, and parameters that
/// OData does not have, SharePoint's <c>odata=verbose</c> among them, count as absent.
/// </summary>
/// <param name="HasMetadata">False for <c>odata.metadata=none</c>: no <c>@odata.context</c>.</param>
/// <param name="IsIeee754Compatible">Int64 as text, for readers whose numbers are doubles.</param>
internal sealed record AcceptedFormat(bool HasMetadata, bool IsIeee754Compatible)
{
    private const string Json = "application/json";

    private static readonly AcceptedFormat Default = new(HasMetadata: true, IsIeee754Compatible: false);

    /// <summary>As the real service prints it (protocol 5).</summary>
    public string ContentType { get; } =
        $"application/json;odata.metadata={(HasMetadata ? "minimal" : "none")};odata.streaming=true;IEEE754Compatible={(IsIeee754Compatible ? "true" : "false")};charset=utf-8";

    /// <summary>The form of this request's answer; the default one where it asks for none that there is, as errors are JSON all the same.</summary>
    public static AcceptedFormat Of(HttpContext context)
    {
        if (context.Features.Get<AcceptedFormat>() is not { } format)
        {
            format = Find(context.Request).Format ?? Default;
            context.Features.Set(format);
        }

        return format;
    }

    /// <summary>406 for a request that takes no JSON, or null.</summary>
    public static GraphError? RefusalOrNull(HttpRequest request) =>
        Find(request).Refusal is { } reason ? GraphErrors.NotAcceptable(reason) : null;

    /// <summary>The weight that an <c>Accept</c> gives to a media type, by the most specific range that names it; 0: it is not wanted.</summary>
    public static double QualityOf(IList<MediaTypeHeaderValue> accepted, params ReadOnlySpan<string> mediaTypes)
    {
        double best = 0;
        foreach (string mediaType in mediaTypes)
        {
            best = Math.Max(best, BestOrNull(accepted, mediaType) is { } range ? range.Quality ?? 1 : 0);
        }

        return best;
    }

    public void WriteInt64(Utf8JsonWriter writer, string name, long value)
    {
        if (IsIeee754Compatible)
        {
            writer.WriteString(name, value.ToString(CultureInfo.InvariantCulture));
        }
        else
        {
            writer.WriteNumber(name, value);
        }
    }

    private static (AcceptedFormat? Format, string? Refusal) Find(HttpRequest request)
    {
        if (QueryOptions.FormatOrNull(request.Query) is { } option)
        {
            if (option.Equals("json", StringComparison.OrdinalIgnoreCase))
            {
                return (Default, null);
            }

            return MediaTypeHeaderValue.TryParse(option, out MediaTypeHeaderValue? named) && IsJson(named)
                ? (OfParameters(named), null)
                : (null, $"$format is '{option}'; answers are there as json.");
        }

        string accept = request.Headers.Accept.ToString();
        if (accept.Length == 0 || accept is "*/*" or Json || !MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out IList<MediaTypeHeaderValue>? accepted))
        {
            return (Default, null);
        }

        return BestOrNull(accepted, Json) is { } range && range.Quality is not 0
            ? (IsJson(range) ? OfParameters(range) : Default, null)
            : (null, $"Accept is '{accept}'; answers are there as {Json}.");
    }

    /// <summary>Of the ranges that hold the media type the most specific one, and of those the one with the highest weight.</summary>
    private static MediaTypeHeaderValue? BestOrNull(IList<MediaTypeHeaderValue> accepted, string mediaType)
    {
        string anySubtype = mediaType[..mediaType.IndexOf('/', StringComparison.Ordinal)] + "/*";
        return accepted
            .Select(range => (Range: range, Rank: Is(range, mediaType) ? 3 : Is(range, anySubtype) ? 2 : Is(range, "*/*") ? 1 : 0))
            .Where(ranked => ranked.Rank > 0)
            .OrderByDescending(ranked => ranked.Rank)
            .ThenByDescending(ranked => ranked.Range.Quality ?? 1)
            .Select(ranked => ranked.Range)
            .FirstOrDefault();
    }

    private static bool IsJson(MediaTypeHeaderValue range) => Is(range, Json);

    private static bool Is(MediaTypeHeaderValue range, string mediaType) => range.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase);

    private static AcceptedFormat OfParameters(MediaTypeHeaderValue range) => new(
        HasMetadata: !ParameterIs(range, "odata.metadata", "none"), IsIeee754Compatible: ParameterIs(range, "IEEE754Compatible", "true"));

    private static bool ParameterIs(MediaTypeHeaderValue range, string name, string value) => range.Parameters.Any(parameter =>
        parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
        && HeaderUtilities.RemoveQuotes(parameter.Value).Equals(value, StringComparison.OrdinalIgnoreCase));
}

/// <summary>Marks an endpoint that answers in another form than JSON and looks at <c>Accept</c> itself.</summary>
internal sealed class AnswersOtherThanJson
{
    public static readonly AnswersOtherThanJson Instance = new();
}

internal static class ContentNegotiation
{
    /// <summary>Goes after authorization and before the endpoint, so that what cannot be answered is not done.</summary>
    public static IApplicationBuilder UseContentNegotiation(this IApplicationBuilder app) => app.Use((context, next) =>
        context.GetEndpoint()?.Metadata is { } metadata
        && metadata.GetMetadata<GraphVersionMetadata>() is not null
        && metadata.GetMetadata<AnswersOtherThanJson>() is null
        && AcceptedFormat.RefusalOrNull(context.Request) is { } refusal
            ? GraphErrorResult.WriteAsync(context, refusal)
            : next(context));
}
