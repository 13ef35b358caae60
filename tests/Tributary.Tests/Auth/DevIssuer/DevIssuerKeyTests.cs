using System.Net;
using Microsoft.IdentityModel.Tokens;
using Tributary.Auth;
using Tributary.Auth.DevIssuer;

namespace Tributary.Tests.Auth.DevIssuer;

public sealed class DevIssuerKeyTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("tributary-key-").FullName;

    private string KeyFile => Path.Combine(_directory, "issuer.key");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Neither_start_nor_a_refused_token_makes_a_key()
    {
        await using AuthHost host = await AuthHost.StartAsync(dataDirectory: _directory, withKey: false);

        Assert.Equal(HttpStatusCode.Unauthorized, (await host.AskAsync(GraphOperation.ConnectionsRead, AuthHost.Token(host).Signed())).StatusCode);

        Assert.False(File.Exists(KeyFile));
    }

    [Fact]
    public void The_key_is_made_at_first_need_and_only_its_owner_may_read_it()
    {
        using DevIssuerKey key = new(Path.Combine(_directory, "not", "there", "yet"));

        Assert.Null(key.FindPublicKeysOrNull());
        RsaSecurityKey made = key.PublicKey;

        Assert.Equal(2048, made.KeySize);
        Assert.Equal(PrivateKeyStatus.DoesNotExist, made.PrivateKeyStatus);
        string file = Path.Combine(_directory, "not", "there", "yet", "issuer.key");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        Assert.Equal([file], Directory.GetFiles(Path.GetDirectoryName(file)!));
    }

    [Fact]
    public void The_key_outlives_the_process_and_a_generous_mode_is_taken_back()
    {
        string keyId;
        using (DevIssuerKey key = new(_directory))
        {
            keyId = key.PublicKey.KeyId;
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(KeyFile, File.GetUnixFileMode(KeyFile) | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        using DevIssuerKey again = new(_directory);

        Assert.True(again.FindPublicKeysOrNull()!.Has(keyId));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
        }
    }

    [Fact]
    public async Task Those_who_race_for_the_first_token_get_one_key()
    {
        DevIssuerKey[] keys = [.. Enumerable.Range(0, 4).Select(_ => new DevIssuerKey(_directory))];

        string[] ids = await Task.WhenAll(keys.Select(key => Task.Run(() => key.PublicKey.KeyId)));

        Assert.Single(ids.Distinct());
        Assert.Equal([KeyFile], Directory.GetFiles(_directory));
    }

    [Theory]
    [InlineData("")]
    [InlineData("secret text that is no key")]
    public void A_file_that_is_no_key_is_named_and_not_quoted(string content)
    {
        File.WriteAllText(KeyFile, content);
        using DevIssuerKey key = new(_directory);

        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => key.PublicKey);

        Assert.Contains("issuer.key", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret text", failure.ToString(), StringComparison.Ordinal);
    }
}
