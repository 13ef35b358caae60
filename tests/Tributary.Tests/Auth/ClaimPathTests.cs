using System.Text.Json;
using Tributary.Auth;

namespace Tributary.Tests.Auth;

public sealed class ClaimPathTests
{
    private static readonly JsonElement Payload = JsonDocument.Parse(
        """
        {
          "sub": "ada", "empty": "", "nothing": null, "count": 3, "yes": true, "no": false, "zero": 0, "scp": ["a", "b", "", null], "none": [],
          "realm_access": { "roles": ["reader", "admin"] },
          "resource_access": { "my.app": { "roles": ["writer"] }, "a/b~c": { "roles": ["odd"] } },
          "https://example.org/roles": ["whole"],
          "dn": ["CN=Admins,DC=x"], "braced": "{sub}",
          "a.b": "whole name", "a": { "b": "nested" }
        }
        """).RootElement;

    [Theory]
    [InlineData("sub", "ada")]
    [InlineData("scp", "a b")]
    [InlineData("realm_access.roles", "reader admin")]
    [InlineData("/realm_access/roles", "reader admin")]
    [InlineData("/resource_access/my.app/roles", "writer")]
    [InlineData("/resource_access/a~1b~0c/roles", "odd")]
    [InlineData("https://example.org/roles", "whole")]
    [InlineData("a.b", "whole name")]
    [InlineData("/a/b", "nested")]
    [InlineData("count", "3")]
    [InlineData("yes", "true")]
    [InlineData("empty", "")]
    [InlineData("nothing", "")]
    [InlineData("none", "")]
    [InlineData("absent", "")]
    [InlineData("sub.deeper", "")]
    [InlineData("resource_access.my.app.roles", "")]
    [InlineData("Sub", "")]
    public void A_path_leads_to_values(string path, string values) => Assert.Equal(values, string.Join(' ', ClaimPath.Parse(path).In(Payload)));

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a.")]
    [InlineData("/a//b")]
    [InlineData("/a/~9")]
    [InlineData("/a/b~")]
    [InlineData("/a/~01~2")]
    [InlineData("two words")]
    public void What_is_no_path_is_refused(string path) => Assert.False(ClaimPath.TryParse(path, out _));

    [Theory]
    [InlineData("sub", true)]
    [InlineData("sub=ada", true)]
    [InlineData("sub=Ada", false)]
    [InlineData("sub=ad", false)]
    [InlineData("absent", false)]
    [InlineData("absent=x", false)]
    [InlineData("empty", false)]
    [InlineData("nothing", false)]
    [InlineData("none", false)]
    [InlineData("yes", true)]
    [InlineData("no", false)]
    [InlineData("zero", false)]
    [InlineData("no=false", true)]
    [InlineData("realm_access.roles=admin", true)]
    [InlineData("realm_access.roles=owner", false)]
    [InlineData("sub={sub}", true)]
    [InlineData("sub=\"ada\"", true)]
    [InlineData("sub=\"{scp}\"", false)]
    [InlineData("dn=\"CN=Admins,DC=x\"", true)]
    [InlineData("braced=\"{sub}\"", true)]
    [InlineData("sub={scp}", false)]
    [InlineData("absent={absent}", false)]
    [InlineData("nothing={nothing}", false)]
    public void A_test_holds_or_not(string test, bool holds) => Assert.Equal(holds, ClaimTest.ParseOrNull(test)!.HoldsOf(Payload));

    [Theory]
    [InlineData("")]
    [InlineData("=x")]
    [InlineData("sub=")]
    [InlineData("sub={}")]
    [InlineData("sub=a=b")]
    [InlineData("sub={cid")]
    [InlineData("sub=cid}")]
    [InlineData("sub=\"cid")]
    [InlineData("sub=\"\"")]
    [InlineData("/sub/~2=x")]
    [InlineData("sub={/a/~}")]
    [InlineData("sub={a..b}")]
    [InlineData("two words=x")]
    public void What_is_no_test_is_refused(string test) => Assert.False(ClaimTest.TryParse(test, out _));
}
