namespace Tributary.Auth;

/// <summary>
/// A deployment of Microsoft's cloud that the API knows (protocol 2), by the names that clients call it. Tokens of one mean nothing in another. Germany and the
/// air-gapped clouds have no external connectors.
/// </summary>
/// <param name="Name">As settings spell it.</param>
/// <param name="GraphHost">The host of Microsoft Graph, which is the audience of its tokens too.</param>
/// <param name="LoginHosts">Hosts of Microsoft Entra ID: the one that version 2 issuers name first, then those that clients may still ask.</param>
/// <param name="StsHost">
/// The host that version 1 issuers name; Global and the US Government share theirs
/// (https://learn.microsoft.com/answers/questions/1190472/what-are-the-token-issuers-for-the-sovereign-cloud).
/// </param>
internal sealed record NationalCloud(string Name, string GraphHost, IReadOnlyList<string> LoginHosts, string StsHost)
{
    public static readonly NationalCloud Global = new(
        "Global", "graph.microsoft.com", ["login.microsoftonline.com", "login.windows.net", "login.microsoft.com"], "sts.windows.net");

    /// <summary>US Government L4 (GCC High).</summary>
    public static readonly NationalCloud UsGovernment = new(
        "UsGovernment", "graph.microsoft.us", ["login.microsoftonline.us", "login.usgovcloudapi.net"], "sts.windows.net");

    /// <summary>US Government L5 (DoD).</summary>
    public static readonly NationalCloud UsGovernmentDod = new(
        "UsGovernmentDod", "dod-graph.microsoft.us", ["login.microsoftonline.us", "login.usgovcloudapi.net"], "sts.windows.net");

    /// <summary>China, operated by 21Vianet: search is there, <c>/external</c> is not.</summary>
    public static readonly NationalCloud China = new(
        "China", "microsoftgraph.chinacloudapi.cn", ["login.partner.microsoftonline.cn", "login.chinacloudapi.cn"], "sts.chinacloudapi.cn");

    public static readonly IReadOnlyList<NationalCloud> All = [Global, UsGovernment, UsGovernmentDod, China];

    /// <summary>Whether <c>/external</c> is there, by the metadata of v1.0 (protocol 2).</summary>
    public bool HasExternal => this != China;

    /// <summary>Whether retrieval is there, likewise.</summary>
    public bool HasRetrieval => this == Global;

    /// <summary>The root of Microsoft Graph without a slash at its end, such as <c>https://graph.microsoft.com</c>.</summary>
    public string GraphRoot => "https://" + GraphHost;

    /// <summary>Where tokens come from, without a slash at its end, such as <c>https://login.microsoftonline.com</c>.</summary>
    public string LoginRoot => "https://" + LoginHosts[0];

    /// <summary>The <c>iss</c> of version 2 tokens.</summary>
    public string IssuerOf(string tenantId) => $"{LoginRoot}/{tenantId}/v2.0";

    /// <summary>The <c>iss</c> of version 1 tokens.</summary>
    public string Version1IssuerOf(string tenantId) => $"https://{StsHost}/{tenantId}/";

    /// <summary>Whether an <c>iss</c> is one of that tenant, of either version of token.</summary>
    public bool IsIssuerOf(string tenantId, string issuer) => issuer == IssuerOf(tenantId) || issuer == Version1IssuerOf(tenantId);

    /// <summary>Ignores letter case; null for a name that is none.</summary>
    public static NationalCloud? FindOrNull(string name) => All.FirstOrDefault(cloud => cloud.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
