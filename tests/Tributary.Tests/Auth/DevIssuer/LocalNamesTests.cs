using Tributary.Auth.DevIssuer;

namespace Tributary.Tests.Auth.DevIssuer;

public sealed class LocalNamesTests
{
    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LocalHost:5080", true)]
    [InlineData("127.0.0.1:1", true)]
    [InlineData("[::1]:65535", true)]
    [InlineData("", false)]
    [InlineData("localhost:", false)]
    [InlineData("localhost:0", false)]
    [InlineData("localhost:080", false)]
    [InlineData("localhost:123456", false)]
    [InlineData("localhost:5080/", false)]
    [InlineData("localhost.", false)]
    [InlineData("localhost.example", false)]
    [InlineData("alocalhost", false)]
    [InlineData("127.0.0.1.example", false)]
    [InlineData("127.0.0.11", false)]
    [InlineData("::1", false)]
    public void A_local_host_is_one_of_three_names_with_a_port_or_none(string host, bool local) => Assert.Equal(local, LocalNames.IsLocalHost(host));

    [Theory]
    [InlineData("http://localhost:5080", true)]
    [InlineData("https://[::1]", true)]
    [InlineData("http://LOCALHOST", false)]
    [InlineData("HTTP://localhost", false)]
    [InlineData("localhost", false)]
    [InlineData("http://", false)]
    [InlineData("http://user@localhost", false)]
    [InlineData("http://localhost:80@evil.example", false)]
    [InlineData("http://localhost/path", false)]
    public void A_local_origin_is_spelled_in_one_way_only(string origin, bool local) => Assert.Equal(local, LocalNames.IsLocalOrigin(origin));
}
