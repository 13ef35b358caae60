using Tributary.ConformanceTests.Durability;

namespace Tributary.ConformanceTests.TakeOver;

/// <summary><c>tributary certs trust</c> on a Debian or Ubuntu, in mounts of its own, so that this machine goes on trusting whom it did.</summary>
public sealed class TrustTests : IDisposable
{
    private readonly DataFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task The_machine_trusts_the_authority_and_stops_to_when_told()
    {
        await Programs.NeedNamespacesAsync();
        Assert.SkipUnless(
            Environment.IsPrivilegedProcess && Directory.Exists("/usr/local/share/ca-certificates") && Directory.Exists("/etc/ssl/certs"),
            "This test changes what the machine trusts, as root, on Debian or Ubuntu.");
        Programs.Need("openssl", "update-ca-certificates");
        string copies = Directory.CreateDirectory(Path.Combine(_data.Path, "copies")).FullName;
        string tributary = $"{ServerProcess.Dotnet} {ServerProcess.Dll} certs";
        string verify = "openssl verify -CApath /etc/ssl/certs -no-CAfile -no-CAstore";
        string script =
            $"""
            set -e
            mkdir {copies}/ssl {copies}/local && cp -a /etc/ssl/certs/. {copies}/ssl/
            mount --bind {copies}/ssl /etc/ssl/certs && mount --bind {copies}/local /usr/local/share/ca-certificates
            {tributary} --data {_data.Path} > /dev/null
            ! {verify} {_data.Path}/certs/local.key 2> /dev/null
            {tributary} trust --data {_data.Path}
            {verify} {_data.Path}/certs/local.key
            {tributary} untrust --data {_data.Path}
            ! {verify} {_data.Path}/certs/local.key 2> /dev/null
            ls {copies}/local
            """;

        (int exitCode, string output, string error) = await Programs.RunAsync("unshare", "--mount", "sh", "-c", script);

        Assert.True(exitCode == 0, output + error);
        Assert.Contains("can then pose to this machine as:\n  localhost, graph.microsoft.com", output, StringComparison.Ordinal);
        Assert.Contains("To undo it: tributary certs untrust", output, StringComparison.Ordinal);
        Assert.Contains("local.key: OK", output, StringComparison.Ordinal);
        Assert.EndsWith("still do.\n", output, StringComparison.Ordinal);
    }
}
