using System.Globalization;
using System.Text.Json.Nodes;

namespace Tributary.Directories.Scim;

internal static class ScimText
{
    /// <summary>Names of attributes are compared ignoring case (RFC 7643, 2.1).</summary>
    public static readonly JsonNodeOptions IgnoringCase = new() { PropertyNameCaseInsensitive = true };

    /// <summary>The one form in which text that ignores case is compared, in the database's indexes as in filters.</summary>
    public static string Fold(string text) => text.ToLowerInvariant();

    /// <summary>An id as it is kept and compared. Those of the server are GUIDs; members may be named by anything.</summary>
    public static string Id(string id) => Fold(id);

    public static string DateTime(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
