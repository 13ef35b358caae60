using Tributary.TakeOver;
using Tributary.TakeOver.Certificates;
using Tributary.TakeOver.Running;

namespace Tributary.Tests.TakeOver.Running;

public sealed class RunEnvironmentTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("tributary-env-").FullName;
    private readonly CertificateFolder _folder;

    public RunEnvironmentTests()
    {
        _folder = new CertificateFolder(_data);
        _folder.Ensure(_ => CertifiedNames.Default, DateTimeOffset.UtcNow).Dispose();
    }

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public void A_program_finds_the_proxy_and_the_roots_under_the_names_of_its_language()
    {
        using RunFiles files = RunFiles.Create(_folder.AuthorityFile, _ => null);
        IReadOnlyDictionary<string, string> variables = RunEnvironment.Variables(Server(), files, _ => null);

        Assert.All(["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"], name => Assert.Equal("http://127.0.0.1:5081", variables[name]));
        Assert.All(["NO_PROXY", "no_proxy"], name => Assert.Equal("localhost,127.0.0.1,::1", variables[name]));
        Assert.All(["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"], name => Assert.Equal(files.Bundle, variables[name]));
        Assert.Equal((files.NodeExtra, "1"), (variables["NODE_EXTRA_CA_CERTS"], variables["NODE_USE_ENV_PROXY"]));
        Assert.Equal("https://login.microsoftonline.us", variables["AZURE_AUTHORITY_HOST"]);
        Assert.Equal("http://127.0.0.1:5080", variables["TRIBUTARY_URL"]);
        Assert.Contains($"-Djavax.net.ssl.trustStore={files.JavaTrustStore}", variables["JAVA_TOOL_OPTIONS"], StringComparison.Ordinal);
        Assert.Contains("-Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=5081", variables["JAVA_TOOL_OPTIONS"], StringComparison.Ordinal);
        Assert.Equal("http://127.0.0.1:5080/msi", variables["IDENTITY_ENDPOINT"]);
    }

    [Fact]
    public void Without_the_login_hosts_no_authority_is_named() =>
        Assert.DoesNotContain("AZURE_AUTHORITY_HOST", Variables(Server() with { HasLogin = false }).Keys);

    [Fact]
    public void What_the_user_gave_to_Java_is_kept()
    {
        using RunFiles files = RunFiles.Create(_folder.AuthorityFile, _ => null);

        Assert.StartsWith("-Xmx1g -D", RunEnvironment.Variables(Server(), files, name => name == "JAVA_TOOL_OPTIONS" ? "-Xmx1g" : null)["JAVA_TOOL_OPTIONS"], StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_replace_the_roots_hold_those_that_the_user_named_as_well()
    {
        string own = Path.Combine(_data, "own.pem");
        string node = Path.Combine(_data, "node.pem");
        File.WriteAllText(own, "# own roots");
        File.WriteAllText(node, "# node roots");
        using RunFiles files = RunFiles.Create(
            _folder.AuthorityFile, name => name switch { "SSL_CERT_FILE" => own, "NODE_EXTRA_CA_CERTS" => node, _ => null });
        string authority = File.ReadAllText(_folder.AuthorityFile);

        Assert.Equal("# own roots\n" + authority, File.ReadAllText(files.Bundle));
        Assert.Equal("# node roots\n" + authority, File.ReadAllText(files.NodeExtra));
    }

    [Fact]
    public void The_files_hold_no_key_and_go_away()
    {
        string path;
        using (RunFiles files = RunFiles.Create(_folder.AuthorityFile, _ => null))
        {
            path = files.Path;
            Assert.DoesNotContain("PRIVATE", File.ReadAllText(files.Bundle), StringComparison.Ordinal);
            Assert.NotEmpty(File.ReadAllBytes(files.JavaTrustStore));
        }

        Assert.False(Directory.Exists(path));
    }

    private IReadOnlyDictionary<string, string> Variables(RunningServer server)
    {
        using RunFiles files = RunFiles.Create(_folder.AuthorityFile, _ => null);
        return RunEnvironment.Variables(server, files, _ => null);
    }

    private RunningServer Server() => new(
        new Uri("http://127.0.0.1:5080"), 5443, new Uri("http://127.0.0.1:5081"), "UsGovernment", HasLogin: true, _folder.AuthorityFile,
        new Dictionary<string, string> { ["IDENTITY_ENDPOINT"] = "http://127.0.0.1:5080/msi" });
}
