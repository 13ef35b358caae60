using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Tributary.Auth;
using Tributary.Graph;
using Tributary.Profiles;

namespace Tributary.Quirks;

/// <summary><c>/tributary/quirks</c>: what of the real service's behaviour is imitated, and what could be.</summary>
internal static class QuirkEndpoints
{
    public static void MapQuirks(this IEndpointRouteBuilder endpoints) => endpoints.MapGet("/tributary/quirks", List).RequireOperator();

    private static Utf8ContentHttpResult List(Profile profile, QuirkSet quirks, IConfiguration configuration)
    {
        var body = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(body, GraphResult.WriterOptions))
        {
            QuirkJson.Write(writer, profile, quirks, configuration);
        }

        return TypedResults.Text(body.WrittenSpan, "application/json");
    }
}
