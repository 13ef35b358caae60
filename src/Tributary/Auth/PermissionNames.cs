using System.Diagnostics.CodeAnalysis;

namespace Tributary.Auth;

/// <summary>
/// Permissions by the names that a provider gives them (<c>Auth:Claims:Permissions</c>), for one that cannot or does not want to use Graph's. Graph's own names
/// are understood besides.
/// </summary>
internal sealed class PermissionNames
{
    private readonly Dictionary<string, string> _graphName = new(StringComparer.OrdinalIgnoreCase);

    public PermissionNames(ClaimOptions options)
    {
        foreach (string entry in options.Permissions ?? [])
        {
            if (TryParse(entry, out string? name, out string? permission))
            {
                _graphName[name] = permission;
            }
        }
    }

    public HashSet<string> InGraph(IEnumerable<string> names) =>
        new(names.Select(name => _graphName.GetValueOrDefault(name, name)), StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads <c>its name=Graph's name</c>; the last <c>=</c> counts, as Graph's names have none.</summary>
    public static bool TryParse(string entry, [NotNullWhen(true)] out string? name, [NotNullWhen(true)] out string? permission)
    {
        int equals = entry.LastIndexOf('=');
        name = equals > 0 ? entry[..equals].Trim() : null;
        permission = equals > 0 ? KnownOrNull(entry[(equals + 1)..].Trim()) : null;
        return !string.IsNullOrEmpty(name) && permission is not null;
    }

    private static string? KnownOrNull(string name) =>
        name.Equals(GraphPermissions.OperatorRole, StringComparison.OrdinalIgnoreCase) ? GraphPermissions.OperatorRole : GraphPermissions.FindOrNull(name)?.Name;
}
