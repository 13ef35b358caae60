using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Tributary.Tests.Auth;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Directories.MicrosoftGraph;

/// <summary>How the server makes itself known to Microsoft Graph, and what of that is told.</summary>
public sealed class GraphTokensTests : IAsyncLifetime
{
    private const string Group = ScriptedGraph.Granted;

    private ScriptedGraph _graph = null!;

    public async ValueTask InitializeAsync() => _graph = await ScriptedGraph.StartAsync();

    public ValueTask DisposeAsync() => _graph.DisposeAsync();

    [Theory]
    [InlineData(400)]
    [InlineData(500)]
    [InlineData(302)]
    public async Task Without_a_token_nobody_is_answered_and_no_secret_is_told(int status)
    {
        _graph.Before = async context =>
        {
            if (context.Request.Path.Value!.EndsWith("/token", StringComparison.Ordinal))
            {
                await ScriptedGraph.WriteAsync(context, status, $$"""{ "error": "broken", "error_description": "{{_graph.Secret}}" }""");
                return true;
            }

            return false;
        };
        await using TestServer server = await _graph.ServeWithSecretItemAsync();

        Answer answer = (await server.SearchAsync("*")).ShouldBe(503, "ServiceUnavailable");

        Assert.Equal("30", answer.Headers.GetValues("Retry-After").Single());
        Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
        (await server.GetAsync("/v1.0/external/connections/contosohr")).ShouldBe(200);
    }

    [Fact]
    public async Task An_issuer_that_cannot_be_reached_is_503()
    {
        await using TestServer server = await _graph.ServeWithSecretItemAsync(null, "Directory:Graph:Login=http://127.0.0.1:1");

        Assert.Equal("Microsoft Graph cannot be asked for groups: it does not answer.", (await server.SearchAsync("*")).ShouldBe(503).Reason);
    }

    [Fact]
    public async Task A_new_secret_in_the_file_needs_no_restart()
    {
        _graph.GroupPages = [[Group]];
        bool isRevoked = false;
        _graph.Before = async context =>
        {
            if (isRevoked && context.Request.Headers.Authorization == "Bearer token1")
            {
                await ScriptedGraph.WriteAsync(context, 401, "{}");
                return true;
            }

            return false;
        };
        await using TestServer server = await _graph.ServeWithSecretItemAsync(null, "Directory:Graph:MaxStaleness=00:00:00");
        Assert.Equal(["secret"], (await server.SearchAsync("*")).HitIds);

        isRevoked = true;
        _graph.Secret = "second secret";
        (await server.SearchAsync("*")).ShouldBe(503);

        await File.WriteAllTextAsync(_graph.SecretFile, _graph.Secret);
        Assert.Equal(["secret"], (await server.SearchAsync("*")).HitIds);
    }

    [Fact]
    public async Task A_certificate_signs_for_the_application_in_place_of_a_secret()
    {
        _graph.GroupPages = [[Group]];
        using RSA key = RSA.Create(2048);
        using X509Certificate2 certificate = new CertificateRequest("CN=tributary", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
        try
        {
            await using TestServer server = await TestServer.StartAsync(
                "Directory:Source=Graph", $"Directory:Graph:Endpoint={_graph.Url}", $"Directory:Graph:Login={_graph.Url}", $"Directory:Graph:ClientId={ScriptedGraph.ClientId}",
                $"Directory:Graph:CertificateFile={file}");
            await server.CreateReadyConnectionAsync();
            (await server.SearchAsync("*")).ShouldBe(200);

            Dictionary<string, string> form = Assert.Single(_graph.TokenForms);
            Assert.False(form.ContainsKey("client_secret"));
            Assert.Equal("urn:ietf:params:oauth:client-assertion-type:jwt-bearer", form["client_assertion_type"]);
            var assertion = new JsonWebToken(form["client_assertion"]);
            Assert.Equal(Base64UrlEncoder.Encode(certificate.GetCertHash()), assertion.GetHeaderValue<string>("x5t"));
            TokenValidationResult result = await new JsonWebTokenHandler().ValidateTokenAsync(form["client_assertion"], new TokenValidationParameters
            {
                ValidIssuer = ScriptedGraph.ClientId,
                ValidAudience = $"{_graph.Url}/{TestServer.Tenant}/oauth2/v2.0/token",
                IssuerSigningKey = new X509SecurityKey(certificate),
            });
            Assert.True(result.IsValid, result.Exception?.Message);
            Assert.Equal(ScriptedGraph.ClientId, assertion.Subject);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData(200, 200)]
    [InlineData(401, 200)]
    [InlineData(200, 403)]
    [InlineData(200, 503)]
    public async Task Neither_secrets_nor_tokens_nor_who_was_asked_for_get_into_the_log(int tokenStatus, int userStatus)
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, tokenStatus == 200 ? _graph.Secret : "wrong secret");
        string user = $$"""{ "id": "{{TokenBuilder.User}}", "userPrincipalName": "ada@contoso.test", "accountEnabled": true }""";
        _graph.Before = context => ScriptedGraph.AnswerUsersAsync(context, userStatus, user, "0");
        try
        {
            await using AuthHost host = await AuthHost.StartAsync(
                ScriptedGraph.SettingsOf(_graph.Url, ScriptedGraph.ClientId, file).Select(setting => setting.Split('=', 2)).ToDictionary(pair => pair[0], pair => (string?)pair[1]));

            using HttpResponseMessage response = await host.AskAsync(
                Tributary.Auth.GraphOperation.MeRead, AuthHost.Token(host).Delegated("User.Read", administrator: false).Signed());

            Assert.Equal(tokenStatus == 200 && userStatus == 200, response.IsSuccessStatusCode);
            Assert.Equal(tokenStatus == 200, _graph.UserCalls > 0);
            Assert.NotEmpty(host.Log.Lines);
            Assert.All(host.Log.Lines, line =>
            {
                foreach (string secret in (string[])[_graph.Secret, "wrong secret", "token1", "AADSTS7000215: the", TokenBuilder.User, "ada@contoso.test"])
                {
                    Assert.DoesNotContain(secret, line, StringComparison.OrdinalIgnoreCase);
                }
            });
        }
        finally
        {
            File.Delete(file);
        }
    }
}
