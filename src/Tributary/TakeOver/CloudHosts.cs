using Tributary.Auth;

namespace Tributary.TakeOver;

internal static class CloudHosts
{
    /// <summary>Every host of a cloud that programs for Graph speak to: Graph's own, those of the sign-in, and the one that version 1 issuers name.</summary>
    public static IEnumerable<string> Hosts(this NationalCloud cloud) => [cloud.GraphHost, .. cloud.LoginHosts, cloud.StsHost];
}
