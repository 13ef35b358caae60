using Tributary.Auth;
using Tributary.TakeOver.Certificates;

namespace Tributary.Tests.TakeOver.Certificates;

public sealed class CertifiedNamesTests
{
    [Fact]
    public void The_default_is_this_machine_and_every_host_of_the_global_cloud() => Assert.Equal(
        ["localhost", "graph.microsoft.com", "login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"],
        CertifiedNames.Default.All);

    [Fact]
    public void Containers_are_lower_case_each_once_and_in_order() =>
        Assert.Equal(["localhost", "app", "tributary"], CertifiedNames.Of(["Tributary", "tributary", "app", "LOCALHOST"], []).LocalHosts);

    [Fact]
    public void Names_are_read_back_into_containers_and_clouds()
    {
        foreach (CertifiedNames names in (CertifiedNames[])
        [
            CertifiedNames.Default,
            CertifiedNames.Of([], []),
            CertifiedNames.Of(["a", "b.example"], [NationalCloud.China]),
            CertifiedNames.Of(["a"], [NationalCloud.UsGovernment, NationalCloud.Global]),
            CertifiedNames.Of([], NationalCloud.All),
        ])
        {
            Assert.Equal(names, CertifiedNames.Read(names.All.ToArray()));
        }
    }

    [Fact]
    public void A_cloud_of_which_a_host_lacks_is_none() =>
        Assert.Empty(CertifiedNames.Read(CertifiedNames.Default.All.Except(["sts.windows.net"]).ToArray()).Clouds);
}
