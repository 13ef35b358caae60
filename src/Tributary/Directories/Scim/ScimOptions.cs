namespace Tributary.Directories.Scim;

/// <summary>Section <c>Directory:Scim</c>: how much may be provisioned.</summary>
internal sealed class ScimOptions
{
    /// <summary>Users of one tenant.</summary>
    public int MaxUsers { get; set; } = 500_000;

    /// <summary>Groups of one tenant.</summary>
    public int MaxGroups { get; set; } = 100_000;

    /// <summary>Members of one group, not counting those of groups in it.</summary>
    public int MaxMembers { get; set; } = 100_000;

    public IEnumerable<string> Problems()
    {
        foreach ((string name, int value) in (ReadOnlySpan<(string, int)>)[(nameof(MaxUsers), MaxUsers), (nameof(MaxGroups), MaxGroups), (nameof(MaxMembers), MaxMembers)])
        {
            if (value < 1)
            {
                return [$"Directory:Scim:{name} is {value}; it must be 1 or more."];
            }
        }

        return [];
    }

    public ScimLimits LimitsOf(ScimKind kind) => new(kind == ScimKind.User ? MaxUsers : MaxGroups, MaxMembers);
}

/// <summary>Section <c>Directory:Tenants:{tenant}:Scim</c>: by what the tenant's provisioner is known. Two of each, so that one can be exchanged for the next.</summary>
internal sealed class TenantScimOptions
{
    /// <summary>A bearer secret, from the environment or a settings file; on the command line, where every process can read it, it ends the start.</summary>
    public string? Secret { get; set; }

    /// <summary>A file with one secret on a line, two at most; read again when it changes.</summary>
    public string? SecretFile { get; set; }
}
