using System.Buffers.Text;
using System.Net;
using System.Text.Json.Nodes;
using Tributary.Auth;
using static Tributary.Tests.Auth.HostileTokens;
using static Tributary.Tests.Auth.TokenBuilder;

namespace Tributary.Tests.Auth;

/// <summary>
/// Tokens that somebody may try, against each way of accepting any: the development issuer, Entra, and another provider with claims of its own. None gets in, none
/// breaks the server, and none is told more than Graph tells.
/// </summary>
public sealed class HostileTokenTests(HostileTokenTests.Servers servers) : IClassFixture<HostileTokenTests.Servers>
{
    /// <summary>The three servers, and what a good token is for each.</summary>
    public sealed class Servers : IAsyncLifetime
    {
        private readonly Dictionary<string, (AuthHost Host, Func<TokenBuilder> Token)> _targets = [];
        private TestProvider _entra = null!;
        private TestProvider _keycloak = null!;

        internal IEnumerable<string> Names => _targets.Keys;

        internal AuthHost Host(string target) => _targets[target].Host;

        internal TokenBuilder Token(string target) => _targets[target].Token();

        public async ValueTask InitializeAsync()
        {
            AuthHost development = await AuthHost.StartAsync();
            _targets[Development] = (development, () => AuthHost.Token(development));

            _entra = await TestProvider.StartAsEntraAsync(NationalCloud.Global);
            JsonObject personal = TestProvider.PublicKey(PersonalKey, "personal", NationalCloud.Global.IssuerOf(Caller.PersonalAccounts));
            personal["x5t"] = "personal";
            _entra.Keys.Add((JsonNode)personal);
            AuthHost entra = await AuthHost.StartAsync(_entra.EntraSettings(NationalCloud.Global));
            _targets[Entra] = (entra, () => OfEntra(NationalCloud.Global, entra.Time.GetUtcNow()));

            _keycloak = await TestProvider.StartAsync();
            _keycloak.Keys.Add((JsonNode)new JsonObject { ["kty"] = "oct", ["use"] = "sig", ["kid"] = "shared", ["k"] = Base64Url.EncodeToString(SharedSecret) });
            AuthHost mapped = await AuthHost.StartAsync(ClaimMappingTests.KeycloakSettings(_keycloak));
            _targets[Mapped] = (mapped, () => OfKeycloak(_keycloak, mapped.Time.GetUtcNow()));
        }

        public async ValueTask DisposeAsync()
        {
            foreach ((AuthHost host, _) in _targets.Values)
            {
                await host.DisposeAsync();
            }

            await _entra.DisposeAsync();
            await _keycloak.DisposeAsync();
        }
    }

    public static TheoryData<string, string> AttemptNames()
    {
        TheoryData<string, string> names = [];
        foreach ((string name, Attempt attempt) in Attempts)
        {
            foreach (string target in attempt.Targets is [] ? [Development, Entra, Mapped] : attempt.Targets)
            {
                names.Add(target, name);
            }
        }

        return names;
    }

    [Fact]
    public void There_are_many() => Assert.True(AttemptNames().Count > 200 && Attempts.Count > 100, $"{Attempts.Count} attempts in {AttemptNames().Count} cases");

    [Theory]
    [InlineData(Development)]
    [InlineData(Entra)]
    [InlineData(Mapped)]
    public async Task The_token_they_are_made_from_is_accepted(string target)
    {
        HttpResponseMessage response = await servers.Host(target).AskAsync(GraphOperation.ConnectionsWrite, servers.Token(target).Signed());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [MemberData(nameof(AttemptNames))]
    public async Task Is_not_let_in(string target, string name)
    {
        Attempt attempt = Attempts[name];
        string token = attempt.Token(servers.Token(target));

        // Twice: what is refused once must not be remembered as good.
        for (int i = 0; i < 2; i++)
        {
            HttpResponseMessage response = await servers.Host(target).AskAsync(GraphOperation.ConnectionsWrite, token);
            (HttpStatusCode status, string code, string message, string? reason) = await response.ReadErrorAsync();

            Assert.Equal((HttpStatusCode.Unauthorized, "InvalidAuthenticationToken", attempt.Message), (status, code, message));
            Assert.StartsWith("Bearer realm=\"\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
            Assert.True(reason is null || token.Length < 20 || !reason.Contains(token[..20], StringComparison.Ordinal), reason);
        }
    }

    [Fact]
    public async Task Nothing_of_a_token_is_logged()
    {
        foreach (string target in servers.Names)
        {
            AuthHost host = servers.Host(target);
            string[] tokens = [.. Attempts.Values.Select(attempt => attempt.Token(servers.Token(target))), servers.Token(target).Signed()];
            foreach (string token in tokens)
            {
                await host.AskAsync(GraphOperation.ConnectionsWrite, token);
            }

            string log = string.Join('\n', host.Log.Lines);
            Assert.All(
                tokens.SelectMany(token => token.Split('.')).Where(part => part.Length >= 40),
                part => Assert.DoesNotContain(part, log, StringComparison.Ordinal));
        }
    }
}
