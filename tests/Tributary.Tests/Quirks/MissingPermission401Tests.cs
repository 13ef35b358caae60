using Tributary.Tests.Hosting;

namespace Tributary.Tests.Quirks;

public class MissingPermission401Tests
{
    private const string Connections = "/v1.0/external/connections";

    [Fact]
    public async Task By_default_a_missing_permission_is_403_with_the_reason()
    {
        await using TestServer server = await TestServer.StartAsync();

        Answer answer = await server.GetAsync(Connections, await server.UserTokenAsync("reader"));

        answer.ShouldBe(403, "Authorization_RequestDenied");
        Assert.NotNull(answer.Reason);
        Assert.False(answer.Headers.Contains("WWW-Authenticate"));
    }

    [Fact]
    public async Task With_the_quirk_it_is_401_UnknownError_with_nothing_in_it()
    {
        await using TestServer server = await TestServer.StartAsync("Quirks:missing-permission-401=true");
        string reader = await server.UserTokenAsync("reader");

        foreach (Answer answer in (Answer[])[await server.GetAsync(Connections, reader), await server.PostAsync(Connections, "{}", reader), await server.GetAsync(Connections + "/x/items/y", reader)])
        {
            answer.ShouldBe(401, "UnknownError");
            Assert.Equal(("", null, null), (answer.ErrorMessage, answer.InnerCode, answer.Reason));
            Assert.StartsWith("Bearer realm=\"\"", answer.Headers.GetValues("WWW-Authenticate").Single(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task With_the_quirk_a_bad_token_still_says_so_and_search_keeps_its_own_403()
    {
        await using TestServer server = await TestServer.StartAsync("Quirks:missing-permission-401=true");

        (await server.GetAsync(Connections, "no.token.atall")).ShouldBe(401, "InvalidAuthenticationToken");
        (await server.SearchAsync("x", token: await server.UserTokenAsync("guest"))).ShouldBe(403, "Forbidden");
        (await server.GetAsync(Connections)).ShouldBe(200);
    }
}
