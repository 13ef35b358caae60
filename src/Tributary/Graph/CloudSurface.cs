using Tributary.Auth;

namespace Tributary.Graph;

/// <summary>
/// Which parts of the API are there: those of the cloud whose tokens are accepted (protocol 2), all of them elsewhere. What is not there is not mapped either, so
/// that its paths are unknown ones, in a batch too, and no document names it.
/// </summary>
internal sealed record CloudSurface(bool HasExternal, bool HasRetrieval)
{
    public static readonly CloudSurface Whole = new(HasExternal: true, HasRetrieval: true);

    /// <param name="cloud">Null for tokens of another provider, or of the development issuer.</param>
    /// <param name="options">By which the operator may have all of it everywhere.</param>
    public static CloudSurface Of(NationalCloud? cloud, GraphOptions options) =>
        cloud is null || options.WholeInEveryCloud ? Whole : new(cloud.HasExternal, cloud.HasRetrieval);

    /// <summary>Whether what is bound to the root under that name is there.</summary>
    public bool Has(string singleton) => singleton != "external" || HasExternal;
}
