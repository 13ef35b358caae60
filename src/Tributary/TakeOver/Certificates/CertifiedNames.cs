using System.Net;
using Tributary.Auth;

namespace Tributary.TakeOver.Certificates;

/// <summary>What the local certificate authority may certify: this machine, containers by their names, and the hosts of clouds that are taken over.</summary>
/// <param name="Containers">Host names beside <c>localhost</c>, lower-case, in the order of the alphabet.</param>
/// <param name="Clouds">In the order of <see cref="NationalCloud.All"/>.</param>
internal sealed record CertifiedNames(IReadOnlyList<string> Containers, IReadOnlyList<NationalCloud> Clouds)
{
    public const string Localhost = "localhost";

    public static readonly CertifiedNames Default = Of([], [NationalCloud.Global]);

    public static IReadOnlyList<IPAddress> Addresses { get; } = [IPAddress.Loopback, IPAddress.IPv6Loopback];

    /// <summary>The names of this machine and of containers.</summary>
    public IReadOnlyList<string> LocalHosts => [Localhost, .. Containers];

    /// <summary>The hosts of all clouds, each once: some share one.</summary>
    public IReadOnlyList<string> CloudHosts => [.. Clouds.SelectMany(cloud => cloud.Hosts()).Distinct(StringComparer.Ordinal)];

    public IReadOnlyList<string> All => [.. LocalHosts.Union(CloudHosts)];

    public static CertifiedNames Of(IEnumerable<string> containers, IEnumerable<NationalCloud> clouds) => new(
        [.. containers.Select(name => name.ToLowerInvariant()).Where(name => name != Localhost).Distinct().Order(StringComparer.Ordinal)],
        [.. NationalCloud.All.Where(clouds.Contains)]);

    /// <summary>Sorts the names that an authority may certify into clouds, of which all hosts must be there, and the rest.</summary>
    public static CertifiedNames Read(IReadOnlyCollection<string> permitted)
    {
        NationalCloud[] clouds = [.. NationalCloud.All.Where(cloud => cloud.Hosts().All(permitted.Contains))];
        return Of(permitted.Except(clouds.SelectMany(cloud => cloud.Hosts())), clouds);
    }

    public bool Equals(CertifiedNames? other) => other is not null && Containers.SequenceEqual(other.Containers) && Clouds.SequenceEqual(other.Clouds);

    public override int GetHashCode() => Containers.Concat(Clouds.Select(cloud => cloud.Name)).Aggregate(0, HashCode.Combine);
}
