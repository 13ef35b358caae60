using System.Globalization;
using Tributary.Graph;

namespace Tributary.Directories.Scim;

/// <summary>An error as SCIM's wire shows it (RFC 7644, 3.12). Made by <see cref="ScimErrors"/> only.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="ScimType">The keyword of table 9, or null.</param>
/// <param name="Detail">What is wrong and where; never the value of a secret.</param>
internal sealed record ScimError(int Status, string? ScimType, string Detail)
{
    public int? RetryAfterSeconds { get; init; }

    /// <summary>The value of <c>Allow</c> on 405, or null.</summary>
    public string? Allow { get; init; }
}

/// <summary>The catalogue of SCIM's errors.</summary>
internal static class ScimErrors
{
    /// <summary>What the whole server has in common (bodies that are no JSON, a full disk, a verb that a path lacks) in SCIM's shape.</summary>
    public static ScimError Of(GraphError error) => new(error.Status, error.Status == 400 ? "invalidSyntax" : null, error.Reason ?? error.Message)
    {
        RetryAfterSeconds = error.RetryAfterSeconds,
        Allow = error.Allow,
    };

    /// <summary>The body is not shaped as it must be.</summary>
    public static ScimError Syntax(string detail) => new(400, "invalidSyntax", detail);

    public static ScimError MediaType(string? contentType) => new(
        415, null, $"{(string.IsNullOrEmpty(contentType) ? "There is no Content-Type" : $"The Content-Type is '{Shortened(contentType)}'")}; it must be {ScimResult.MediaType} or application/json.");

    public static ScimError Filter(string problem) => new(400, "invalidFilter", $"filter: {problem}");

    public static ScimError Path(string where, string problem) => new(400, "invalidPath", $"{where}: {problem}");

    /// <param name="where">The attribute or the query option.</param>
    /// <param name="problem">Without the value, which may be long.</param>
    public static ScimError Value(string where, string problem) => new(400, "invalidValue", $"{where}: {problem}");

    public static ScimError NoTarget(string where, string problem) => new(400, "noTarget", $"{where}: {problem}");

    public static ScimError Mutability(string where, string problem) => new(400, "mutability", $"{where}: {problem}");

    public static ScimError TooMany(int max) => new(
        400, "tooMany", string.Create(CultureInfo.InvariantCulture, $"sortBy: more than {max} resources match, which is the most that are sorted. Narrow the filter, or leave out sortBy."));

    public static readonly ScimError Unauthorized = new(401, null, "A valid bearer secret of this tenant is needed.");

    public static readonly ScimError NotScim = new(404, null, "The directory of this tenant is not provisioned with SCIM. Set Directory:Source, or Directory:Tenants:{tenant}:Source, to Scim.");

    public static readonly ScimError NoSuchPath = new(404, null, "There is no such path. SCIM is served at /tributary/scim/v2/{tenant}/Users and /Groups.");

    public static ScimError NotFound(ScimResourceType type, string id) => new(404, null, $"There is no {type.Name} '{Shortened(id)}'.");

    public static ScimError NotFound(string what, string id) => new(404, null, $"There is no {what} '{Shortened(id)}'.");

    public static readonly ScimError NameTaken = new(409, "uniqueness", "userName: another user of the tenant has it; letter case does not count.");

    public static readonly ScimError Precondition = new(412, null, "The resource has changed: its version is none of those in If-Match.");

    /// <summary>A configured bound is reached. SCIM has no word for that; 507 would be taken for a passing state of the disk.</summary>
    public static ScimError Limit(string what, int max, string setting) => new(
        403, null, string.Create(CultureInfo.InvariantCulture, $"There may be {max} {what}, which is the limit ({setting})."));

    /// <summary>RFC 7644, 4.</summary>
    public static readonly ScimError DiscoveryFilter = new(403, null, "What the server has to say of itself is not filtered.");

    public static ScimError NotImplemented(string feature) => new(501, null, $"{feature} is not implemented by this server. See docs/directory.md for what is there.");

    private static string Shortened(string id) => id.Length <= 64 ? id : id[..64] + "…";
}
