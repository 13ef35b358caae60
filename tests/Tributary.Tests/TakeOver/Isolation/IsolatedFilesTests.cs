using Tributary.TakeOver.Isolation;

namespace Tributary.Tests.TakeOver.Isolation;

public sealed class IsolatedFilesTests
{
    [Fact]
    public void The_hosts_file_keeps_what_it_says_of_others() => Assert.Equal(
        "127.0.0.1 localhost # graph.microsoft.com\n10.0.0.1\tdb db.local\n127.0.0.1 graph.microsoft.com\n127.0.0.1 sts.windows.net\n",
        IsolatedFiles.Hosts(
            "127.0.0.1 localhost # graph.microsoft.com\n1.2.3.4 Graph.Microsoft.com other\n10.0.0.1\tdb db.local\n\n",
            ["graph.microsoft.com", "sts.windows.net"]));

    [Theory]
    [InlineData("passwd: files\nhosts: mymachines resolve [!UNAVAIL=return] files dns\nnetworks: files\n", "passwd: files\nnetworks: files\nhosts: files\n")]
    [InlineData("", "\nhosts: files\n")]
    public void Names_come_from_the_hosts_file_alone(string system, string expected) => Assert.Equal(expected, IsolatedFiles.Switch(system));
}
