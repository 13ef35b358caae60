using Microsoft.Extensions.Primitives;

namespace Tributary.Graph;

/// <summary>The <c>Prefer</c> header (RFC 7240): names, each with an optional value; parameters after <c>;</c> mean nothing here. Of two equal names the first counts.</summary>
internal static class Preferences
{
    public const string IncludeUnknownEnumMembers = "include-unknown-enum-members";
    public const string MaxPageSize = "odata.maxpagesize";
    private const string Return = "return";
    private const string Minimal = "minimal";
    private const string Representation = "representation";

    public static bool Has(HttpRequest request, string name) => ValueOrNull(request, name) is not null;

    /// <summary>The value of a preference, empty when it has none; null when it is not stated.</summary>
    public static string? ValueOrNull(HttpRequest request, string name)
    {
        foreach (string? line in request.Headers["Prefer"])
        {
            foreach (StringSegment preference in new StringTokenizer(line ?? "", [',']))
            {
                StringSegment stated = preference.Split([';']).First();
                int equals = stated.IndexOf('=');
                StringSegment statedName = equals < 0 ? stated : stated.Subsegment(0, equals);
                if (statedName.Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return equals < 0 ? "" : stated.Subsegment(equals + 1).Trim().ToString().Trim('"');
                }
            }
        }

        return null;
    }

    /// <summary>Whether who writes wants the entity back, where the answer would be empty.</summary>
    public static bool WantsRepresentation(HttpRequest request) =>
        Representation.Equals(ValueOrNull(request, Return), StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// What <c>Prefer: return=…</c> makes of the answer to a write that has an entity (protocol 12): true when it is to be left out. Notes what was honoured.
    /// </summary>
    public static bool ApplyReturn(HttpContext context)
    {
        string? wanted = ValueOrNull(context.Request, Return)?.ToLowerInvariant();
        if (wanted is Minimal or Representation)
        {
            Applied(context.Response, $"{Return}={wanted}");
        }

        return wanted == Minimal;
    }

    /// <summary>Notes <c>return=minimal</c> where the answer to a write is empty with and without it.</summary>
    public static void ApplyMinimal(HttpContext context)
    {
        if (Minimal.Equals(ValueOrNull(context.Request, Return), StringComparison.OrdinalIgnoreCase))
        {
            Applied(context.Response, $"{Return}={Minimal}");
        }
    }

    /// <summary>Tells the client that a preference was honoured, beside others that were.</summary>
    public static void Applied(HttpResponse response, string preference) => response.Headers.Append("Preference-Applied", preference);
}
