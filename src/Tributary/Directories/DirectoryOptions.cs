using Tributary.Directories.MicrosoftGraph;
using Tributary.Directories.Scim;

namespace Tributary.Directories;

/// <summary>Where a tenant's users and groups are known.</summary>
internal enum DirectorySource
{
    /// <summary>Nowhere but in the tokens: their <c>groups</c> claim counts.</summary>
    Token,

    /// <summary>The seed file, with the users of the development issuer where that is on.</summary>
    Seed,

    /// <summary>What an identity provider provisions over SCIM 2.0, kept in the store.</summary>
    Scim,

    /// <summary>Microsoft Graph: Microsoft Entra ID.</summary>
    Graph,
}

/// <summary>Section <c>Directory</c>: which authoritative source tells who is in which group.</summary>
internal sealed class DirectoryOptions : ICheckedOptions
{
    public const string Section = "Directory";

    /// <summary>The source of every tenant that <see cref="Tenants"/> does not name. Null: the seed file when there is one or the development issuer is on, else tokens.</summary>
    public DirectorySource? Source { get; set; }

    /// <summary>A JSON file of tenants, applications, users and groups (<see cref="Seed.SeedFile"/>); read again when it changes.</summary>
    public string? SeedFile { get; set; }

    /// <summary>Settings of single tenants by their id.</summary>
    public Dictionary<string, TenantDirectoryOptions> Tenants { get; set; } = [];

    /// <summary>How much may be provisioned over SCIM.</summary>
    public ScimOptions Scim { get; set; } = new();

    /// <summary>How Microsoft Graph is asked.</summary>
    public GraphDirectoryOptions Graph { get; set; } = new();

    /// <summary>Whether there are users although no source is named: those of the development issuer.</summary>
    internal bool HasDevelopmentUsers { get; set; }

    public DirectorySource SourceOf(string tenantId)
    {
        DirectorySource source = Source ?? (HasDevelopmentUsers || SeedFile is not null ? DirectorySource.Seed : DirectorySource.Token);
        return Tenants.TryGetValue(tenantId, out TenantDirectoryOptions? tenant) ? tenant.Source ?? source : source;
    }

    /// <summary>Which tenant has which source, as a text that is another one as soon as that differs.</summary>
    public string Described() => string.Join(
        ';',
        Tenants.Keys.Order(StringComparer.Ordinal).Select(tenant => $"{tenant}={SourceOf(tenant)}").Prepend($"{SourceOf("")},{(HasDevelopmentUsers ? "development" : "")}"));

    /// <summary>Whether some tenant has this source.</summary>
    public bool Uses(DirectorySource source) => Source == source || Tenants.Values.Any(tenant => tenant.Source == source);

    public IEnumerable<string> Problems()
    {
        foreach (string problem in Scim.Problems().Concat(Uses(DirectorySource.Graph) ? Graph.ProblemsOfUse() : []))
        {
            yield return problem;
        }

        // A number is read as if it were a name.
        foreach ((string setting, DirectorySource? source) in Tenants.Select(tenant => ($"Directory:Tenants:{tenant.Key}:Source", tenant.Value.Source)).Prepend(("Directory:Source", Source)))
        {
            if (source is { } named && !Enum.IsDefined(named))
            {
                yield return $"{setting} is '{named}'; it must be one of {string.Join(", ", Enum.GetNames<DirectorySource>())}.";
            }
        }

        foreach (string tenant in Tenants.Keys)
        {
            if (!GuidText.TryRead(tenant, out Guid id) || id.ToString("D") != tenant)
            {
                yield return $"Directory:Tenants holds '{tenant}'; a tenant is named by its GUID in lower case, such as 7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e6f.";
            }
        }
    }
}

/// <summary>What is different for one tenant.</summary>
internal sealed class TenantDirectoryOptions
{
    /// <summary>Null: as for every tenant.</summary>
    public DirectorySource? Source { get; set; }

    /// <summary>By what the tenant's SCIM provisioner is known; null: it is refused.</summary>
    public TenantScimOptions? Scim { get; set; }
}
